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
  func resample(_ positions: [Float], width: Int, from: Int, to: Int) -> [Float] {
    guard from != to, positions.count == (1 + from * from) * width else { return positions }
    let kernel = (0..<to).map { taps(at: $0, from: from, to: to) }
    // Columns first, then rows: the kernel is separable.
    var narrowed = [Float](repeating: 0, count: from * to * width)
    for row in 0..<from {
      for column in 0..<to {
        for (place, weight) in kernel[column] {
          let source = (1 + row * from + place) * width
          let target = (row * to + column) * width
          for i in 0..<width { narrowed[target + i] += weight * positions[source + i] }
        }
      }
    }
    var resampled = Array(positions[0..<width]) + [Float](repeating: 0, count: to * to * width)
    for row in 0..<to {
      for (place, weight) in kernel[row] {
        for column in 0..<to {
          let source = (place * to + column) * width
          let target = (1 + row * to + column) * width
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
///   - table: [(2·from-1)² + 3, heads] row-major
func resampleRelativePositions(_ table: [Float], heads: Int, from: Int, to: Int) -> [Float] {
  let (old, new) = (2 * from - 1, 2 * to - 1)
  guard from != to, table.count == (old * old + 3) * heads else { return table }
  let taps = (0..<new).map { target -> (low: Int, high: Int, share: Float) in
    let source = max(Double(old) / Double(new) * (Double(target) + 0.5) - 0.5, 0)
    let low = min(Int(source), old - 1)
    return (low, min(low + 1, old - 1), Float(source - Double(low)))
  }
  var resized: [Float] = []
  resized.reserveCapacity((new * new + 3) * heads)
  for row in taps {
    for column in taps {
      for head in 0..<heads {
        func at(_ r: Int, _ c: Int) -> Float { table[(r * old + c) * heads + head] }
        let upper = at(row.low, column.low) * (1 - column.share) + at(row.low, column.high) * column.share
        let lower = at(row.high, column.low) * (1 - column.share) + at(row.high, column.high) * column.share
        resized.append(upper * (1 - row.share) + lower * row.share)
      }
    }
  }
  return resized + table.suffix(3 * heads)
}
