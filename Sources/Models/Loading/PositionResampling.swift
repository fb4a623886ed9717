import Recipe
import Tensors

/// How a family brings learned positions to another grid. All have half-pixel centres, all but one are bicubic, yet no
/// two agree.
enum PositionResampling: String {
  /// To the new size, no antialiasing: transformers, BEiT, MAE. `interpolate(size:)` of torch, a = -0.75.
  case bySize
  /// By the factor (new + 0.1) / old, no antialiasing: DINO and DINOv2 as published. The 0.1 shifts the sampled places
  /// a little.
  case byFactor
  /// To the new size with antialiasing: timm and open_clip. a = -0.5, the kernel widened where the grid shrinks.
  case antialiased
  /// Bilinear with antialiasing: SigLIP 2's models for any shape of picture.
  case linear

  /// - Parameters:
  ///   - positions: [1 + from², width] row-major, CLS first
  /// - Returns: [1 + to², width]; the CLS row as it was
  func resample(_ positions: [Float], width: Int, from: PlaneSize, to: PlaneSize) -> [Float] {
    guard from != to, positions.count == (1 + from.area) * width else { return positions }
    let across = (0..<to.width).map { taps(at: $0, from: from.width, to: to.width) }
    let down = (0..<to.height).map { taps(at: $0, from: from.height, to: to.height) }
    // Columns first, then rows: the kernel is separable.
    var narrowed = [Float](repeating: 0, count: from.height * to.width * width)
    for row in 0..<from.height {
      for column in 0..<to.width {
        for (place, weight) in across[column] {
          let source = (1 + row * from.width + place) * width
          let target = (row * to.width + column) * width
          for i in 0..<width { narrowed[target + i] += weight * positions[source + i] }
        }
      }
    }
    var resampled = Array(positions[0..<width]) + [Float](repeating: 0, count: to.area * width)
    for row in 0..<to.height {
      for (place, weight) in down[row] {
        for column in 0..<to.width {
          let source = (place * to.width + column) * width
          let target = (1 + row * to.width + column) * width
          for i in 0..<width { resampled[target + i] += weight * narrowed[source + i] }
        }
      }
    }
    return resampled
  }

  /// Source places and weights for one target place along an axis.
  private func taps(at target: Int, from: Int, to: Int) -> [(place: Int, weight: Float)] {
    switch self {
    case .bySize: return cubicTaps(at: target, step: Double(from) / Double(to), from: from)
    case .byFactor: return cubicTaps(at: target, step: Double(from) / (Double(to) + 0.1), from: from)
    case .antialiased, .linear:
      let step = Double(from) / Double(to)
      let window = ResamplingWindow(
        center: step * (Double(target) + 0.5), scale: step, count: from, filter: self == .linear ? .linear : .cubic)
      return Array(zip(window.samples, window.weights()))
    }
  }

  /// Four taps around the source place, those beyond the border taken from it.
  private func cubicTaps(at target: Int, step: Double, from: Int) -> [(place: Int, weight: Float)] {
    let source = step * (Double(target) + 0.5) - 0.5
    let base = Int(source.rounded(.down))
    return (-1...2).map { offset in
      (min(max(base + offset, 0), from - 1), Float(cubicKernel(source - Double(base + offset), a: -0.75)))
    }
  }
}

/// BEiT's table of relative positions for another grid, as transformers resizes it: bilinear over the offsets,
/// half-pixel centres; the three rows that concern CLS stay.
/// - Parameters:
///   - table: [offsets of `from` + 3, heads] row-major
func resampleRelativePositions(_ table: [Float], heads: Int, from: PlaneSize, to: PlaneSize) -> [Float] {
  let (old, new) = (relativePositionSpan(grid: from), relativePositionSpan(grid: to))
  guard from != to, table.count == (old.area + 3) * heads else { return table }
  func taps(_ old: Int, _ new: Int) -> [(low: Int, high: Int, share: Float)] {
    (0..<new).map { target in
      let source = max(Double(old) / Double(new) * (Double(target) + 0.5) - 0.5, 0)
      let low = min(Int(source), old - 1)
      return (low, min(low + 1, old - 1), Float(source - Double(low)))
    }
  }
  let (rows, columns) = (taps(old.height, new.height), taps(old.width, new.width))
  var resized: [Float] = []
  resized.reserveCapacity((new.area + 3) * heads)
  for row in rows {
    for column in columns {
      for head in 0..<heads {
        func at(_ r: Int, _ c: Int) -> Float { table[(r * old.width + c) * heads + head] }
        let upper = at(row.low, column.low) * (1 - column.share) + at(row.low, column.high) * column.share
        let lower = at(row.high, column.low) * (1 - column.share) + at(row.high, column.high) * column.share
        resized.append(upper * (1 - row.share) + lower * row.share)
      }
    }
  }
  return resized + table.suffix(3 * heads)
}
