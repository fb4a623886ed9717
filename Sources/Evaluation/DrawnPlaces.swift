import Datasets
import Tensors

/// Places `0..<count` in an order that the seed decides: what comes first is what an evaluation takes of more than it
/// wants.
func drawnPlaces(_ count: Int, seed: UInt64) -> [Int] {
  var places = Array(0..<count)
  var generator = Philox(seed: seed, purpose: .evaluation)
  generator.shuffle(&places)
  return places
}

extension PictureSource {
  /// The drawn pictures of a source, `most` at the most, in the source's order.
  func drawn(_ most: Int, seed: UInt64) -> PictureSubset {
    PictureSubset(self, indices: drawnPlaces(count, seed: seed).prefix(most).sorted(), name: name)
  }
}
