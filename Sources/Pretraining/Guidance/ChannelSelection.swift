import Tensors

extension Tensor {
  /// Some channels of pictures, in this order and as often as they stand here; nil: all, the same tensor. No gradient.
  /// - Parameter chosen: numbers of channels, from 0 on.
  /// - Returns: of [B, C, H, W], [B, chosen.count, H, W].
  package func channels(_ chosen: [Int]?) -> Tensor {
    guard let chosen, chosen != Array(0..<shape[1]) else { return self }
    precondition(chosen.allSatisfy((0..<shape[1]).contains), "channels \(chosen) of \(shape)")
    let (pictures, plane, values) = (shape[0], shape[2] * shape[3], array())
    let picked = [Float](unsafeUninitializedCapacity: pictures * chosen.count * plane) { made, filled in
      values.withUnsafeBufferPointer { values in
        for picture in 0..<pictures {
          for (place, channel) in chosen.enumerated() {
            let from = (picture * shape[1] + channel) * plane
            let into = (picture * chosen.count + place) * plane
            for pixel in 0..<plane { made[into + pixel] = values[from + pixel] }
          }
        }
      }
      filled = pictures * chosen.count * plane
    }
    return Tensor(picked, shape: [pictures, chosen.count, shape[2], shape[3]], device: device)
  }
}
