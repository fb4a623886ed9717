import Dispatch
import Tensors

/// Resizes square planes by cubic convolution (a = -0.5) or Lanczos' filter, which is widened when shrinking, as PIL
/// does.
///
/// For crops that are already float planes, where a teacher's patch size asks for another image size than the
/// student's.
package struct PlaneResampling {
  private let from: Int
  private let to: Int
  /// For every output place: the first input place and the weights from there on.
  private let taps: [(first: Int, weights: [Float])]

  package init(from: Int, to: Int, by filter: ResamplingFilter = .cubic) {
    self.from = from
    self.to = to
    let scale = Double(from) / Double(to)
    taps = (0..<to).map { place in
      let window = ResamplingWindow(center: (Double(place) + 0.5) * scale, scale: scale, count: from, filter: filter)
      return (window.samples.lowerBound, window.weights())
    }
  }

  /// - Parameter values: planes * from * from values, planes in a row.
  /// - Returns: planes * to * to values.
  package func apply(to values: [Float], planes: Int) -> [Float] {
    [Float](unsafeUninitializedCapacity: planes * to * to) { output, count in
      nonisolated(unsafe) let output = output
      values.withUnsafeBufferPointer { input in
        nonisolated(unsafe) let input = input
        DispatchQueue.concurrentPerform(iterations: planes) { plane in
          resample(
            UnsafeBufferPointer(rebasing: input[plane * from * from..<(plane + 1) * from * from]),
            into: UnsafeMutableBufferPointer(rebasing: output[plane * to * to..<(plane + 1) * to * to]))
        }
      }
      count = planes * to * to
    }
  }

  private func resample(_ input: UnsafeBufferPointer<Float>, into output: UnsafeMutableBufferPointer<Float>) {
    var narrowed = [Float](repeating: 0, count: from * to)
    for row in 0..<from {
      for (place, tap) in taps.enumerated() {
        var sum: Float = 0
        for (offset, weight) in tap.weights.enumerated() { sum += weight * input[row * from + tap.first + offset] }
        narrowed[row * to + place] = sum
      }
    }
    for (place, tap) in taps.enumerated() {
      for column in 0..<to {
        var sum: Float = 0
        for (offset, weight) in tap.weights.enumerated() {
          sum += weight * narrowed[(tap.first + offset) * to + column]
        }
        output[place * to + column] = min(max(sum, 0), 1)
      }
    }
  }
}

extension Tensor {
  /// Pictures of another size; the same tensor where they have it already. No gradient.
  /// - Returns: of [B, C, S, S] in 0...1, [B, C, size, size].
  func resampled(to size: Int, by filter: ResamplingFilter = .cubic) -> Tensor {
    let side = shape[2]
    guard side != size else { return self }
    let resampled = PlaneResampling(from: side, to: size, by: filter)
    return Tensor(
      resampled.apply(to: array(), planes: shape[0] * shape[1]), shape: [shape[0], shape[1], size, size],
      device: device)
  }
}
