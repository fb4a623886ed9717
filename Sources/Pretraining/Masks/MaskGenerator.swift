import Recipe
import Tensors

/// Draws masks with an exact number of masked patches on a grid.
///
/// A mask is a function of (seed, epoch, picture) alone, and of the picture's weights where it goes by them, whatever
/// the number of workers and after any pause or resume.
/// Defaults follow BEiT (microsoft/unilm, `beit/masking_generator.py`): blocks of at least 16 patches on a 14 x 14
/// grid, aspect ratios between 0.3 and 1/0.3.
package struct MaskGenerator: Sendable, Equatable {
  package let kind: MaskKind
  package let rows: Int
  package let columns: Int
  /// Masked patches of every mask, in `1..<rows * columns`.
  package let masked: Int
  /// Smallest area that a block is drawn with, in patches.
  package let minimumBlock: Int
  /// Aspect ratios of blocks (height over width) are drawn log-uniformly between this and its inverse.
  package let minimumAspect: Float

  /// Throws ``MaskError`` where no mask of this kind leaves something to see and something to predict.
  package init(
    kind: MaskKind, rows: Int, columns: Int, masked: Int, minimumBlock: Int? = nil, minimumAspect: Float = 0.3
  ) throws {
    guard rows > 0, columns > 0, rows * columns >= 2 else { throw MaskError.grid(rows: rows, columns: columns) }
    guard masked >= 1, masked < rows * columns else {
      throw MaskError.count(masked, rows: rows, columns: columns)
    }
    let minimum = minimumBlock ?? Self.defaultMinimumBlock(rows: rows, columns: columns, masked: masked)
    guard minimum >= 1 else { throw MaskError.minimumBlock(minimum) }
    guard minimumAspect > 0, minimumAspect <= 1 else { throw MaskError.minimumAspect(minimumAspect) }
    self.kind = kind
    self.rows = rows
    self.columns = columns
    self.masked = masked
    self.minimumBlock = min(minimum, masked)
    self.minimumAspect = minimumAspect
  }

  /// BEiT's 16 patches of 196, in proportion to the grid and never more than what is to be masked.
  package static func defaultMinimumBlock(rows: Int, columns: Int, masked: Int) -> Int {
    let proportional = (16.0 * Double(rows * columns) / 196.0).rounded()
    return max(1, min(masked, Int(proportional)))
  }

  /// BEiT's 75 patches of 196, in proportion to the grid.
  package static func defaultMasked(rows: Int, columns: Int) -> Int {
    let count = Int((75.0 * Double(rows * columns) / 196.0).rounded())
    return max(1, min(rows * columns - 1, count))
  }

  /// Masked patches for a ratio as MAE counts them: the number kept is rounded down (facebookresearch/mae,
  /// `models_mae.py`).
  package static func masked(ratio: Double, rows: Int, columns: Int) -> Int {
    let patches = rows * columns
    let masked = patches - Int(Double(patches) * (1 - ratio))
    return max(1, min(patches - 1, masked))
  }

  /// The mask of one picture in one epoch: `rows * columns` entries, row-major, true = masked.
  /// - Parameter weights: how readily each patch stays visible, for kinds that go by attention; nil: all alike.
  package func mask(seed: UInt64, epoch: Int, index: Int, weights: [Float]? = nil) -> [Bool] {
    var generator = Philox(
      seed: seed, purpose: .mask,
      stream: UInt64(truncatingIfNeeded: epoch) << 32 | UInt64(UInt32(truncatingIfNeeded: index)))
    return mask(using: &generator, weights: weights)
  }

  /// The next mask of a stream of random numbers.
  package func mask(using generator: inout Philox, weights: [Float]? = nil) -> [Bool] {
    switch kind {
    case .blockwise:
      blockwiseMask(
        rows: rows, columns: columns, masked: masked, minimumBlock: minimumBlock, minimumAspect: minimumAspect,
        using: &generator)
    case .cyclic:
      cyclicMask(
        rows: rows, columns: columns, masked: masked, minimumBlock: minimumBlock, minimumAspect: minimumAspect,
        using: &generator)
    case .random:
      randomMask(patches: rows * columns, masked: masked, using: &generator)
    case .grid:
      gridMask(rows: rows, columns: columns, masked: masked, using: &generator)
    case .attention:
      attentionMask(
        weights: weights ?? [Float](repeating: 1, count: rows * columns), masked: masked, using: &generator)
    }
  }
}

/// A mask that cannot be drawn, in one sentence.
package enum MaskError: Error, Equatable, CustomStringConvertible {
  case grid(rows: Int, columns: Int)
  case count(Int, rows: Int, columns: Int)
  case minimumBlock(Int)
  case minimumAspect(Float)

  package var description: String {
    switch self {
    case .grid(let rows, let columns):
      "A mask needs a grid of at least 2 patches, but this one has \(rows) x \(columns): use a larger image or a smaller patch."
    case .count(let count, let rows, let columns):
      "Cannot mask \(count) of \(rows) x \(columns) patches: choose 1 to \(rows * columns - 1), so that something is seen "
        + "and something is predicted."
    case .minimumBlock(let area):
      "The smallest mask block is \(area) patches: choose 1 or more."
    case .minimumAspect(let aspect):
      "The smallest aspect ratio of a mask block is \(aspect): choose more than 0 and at most 1."
    }
  }
}
