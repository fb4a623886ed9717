import Dispatch
import Recipe
import Tensors

/// Resizes planes by cubic convolution (a = -0.5) or Lanczos' filter, which is widened when shrinking, as PIL
/// does.
///
/// For crops that are already float planes, where a teacher's patch size asks for another image size than the
/// student's.
package struct PlaneResampling {
  private let from: PlaneSize
  private let to: PlaneSize
  /// For every output column, and for every output row.
  private let across, down: [Tap]

  private struct Tap {
    var first: Int
    var weights: [Float]
  }

  package init(from: PlaneSize, to: PlaneSize, by filter: ResamplingFilter = .cubic) {
    self.from = from
    self.to = to
    across = Self.taps(from: from.width, to: to.width, filter)
    down = Self.taps(from: from.height, to: to.height, filter)
  }

  /// For every output place: the first input place and the weights from there on.
  private static func taps(from: Int, to: Int, _ filter: ResamplingFilter) -> [Tap] {
    let scale = Double(from) / Double(to)
    return (0..<to).map { place in
      let window = ResamplingWindow(center: (Double(place) + 0.5) * scale, scale: scale, count: from, filter: filter)
      return Tap(first: window.samples.lowerBound, weights: window.weights())
    }
  }

  /// - Parameter values: planes * from.area values, planes in a row.
  /// - Returns: planes * to.area values.
  package func apply(to values: [Float], planes: Int) -> [Float] {
    let (old, new) = (from.area, to.area)
    return [Float](unsafeUninitializedCapacity: planes * new) { output, count in
      nonisolated(unsafe) let output = output
      values.withUnsafeBufferPointer { input in
        nonisolated(unsafe) let input = input
        DispatchQueue.concurrentPerform(iterations: planes) { plane in
          resample(
            UnsafeBufferPointer(rebasing: input[plane * old..<(plane + 1) * old]),
            into: UnsafeMutableBufferPointer(rebasing: output[plane * new..<(plane + 1) * new]))
        }
      }
      count = planes * new
    }
  }

  private func resample(_ input: UnsafeBufferPointer<Float>, into output: UnsafeMutableBufferPointer<Float>) {
    var narrowed = [Float](repeating: 0, count: from.height * to.width)
    for row in 0..<from.height {
      for (place, tap) in across.enumerated() {
        var sum: Float = 0
        for (offset, weight) in tap.weights.enumerated() {
          sum += weight * input[row * from.width + tap.first + offset]
        }
        narrowed[row * to.width + place] = sum
      }
    }
    for (place, tap) in down.enumerated() {
      for column in 0..<to.width {
        var sum: Float = 0
        for (offset, weight) in tap.weights.enumerated() {
          sum += weight * narrowed[(tap.first + offset) * to.width + column]
        }
        output[place * to.width + column] = min(max(sum, 0), 1)
      }
    }
  }
}

extension Tensor {
  /// Pictures of another size; the same tensor where they have it already. No gradient.
  /// - Returns: of [B, C, H, W] in 0...1, [B, C, size.height, size.width].
  func resampled(to size: PlaneSize, by filter: ResamplingFilter = .cubic) -> Tensor {
    let own = PlaneSize(height: shape[2], width: shape[3])
    guard own != size else { return self }
    let resampled = PlaneResampling(from: own, to: size, by: filter)
    return Tensor(
      resampled.apply(to: array(), planes: shape[0] * shape[1]), shape: [shape[0], shape[1], size.height, size.width],
      device: device)
  }
}
