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

/// The drawn pictures of a source, `most` at the most, in the source's order; with their maps where they have them.
package func drawnPictures(of source: any PictureSource, most: Int, seed: UInt64) -> any PictureSource {
  guard let mapped = source as? any MappedPictures else { return source.drawn(most, seed: seed) }
  return MappedSubset(mapped, indices: drawnPlaces(mapped.count, seed: seed).prefix(most).sorted())
}

extension PictureSource {
  /// The drawn pictures of a source, `most` at the most, in the source's order.
  func drawn(_ most: Int, seed: UInt64) -> PictureSubset {
    PictureSubset(self, indices: drawnPlaces(count, seed: seed).prefix(most).sorted(), name: name)
  }
}
