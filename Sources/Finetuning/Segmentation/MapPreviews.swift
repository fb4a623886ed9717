import Datasets

/// A few pictures with maps that previews show, always cropped the same way: the middle of the shorter side's square.
package struct MapPreviews {
  let source: any MappedPictures
  /// Places in the source, spread evenly over it.
  let indices: [Int]
  /// Side of a crop in pixels.
  let size: Int

  package init(source: any MappedPictures, count: Int, size: Int) {
    self.source = source
    self.size = size
    let count = max(0, min(count, source.count))
    indices = (0..<count).map { $0 * source.count / max(count, 1) }
  }

  var count: Int { indices.count }

  func pair(at place: Int) throws -> (picture: Picture, map: LabelMap) {
    let (picture, map) = try source.pair(at: indices[place])
    let side = picture.shortSide
    let (left, top) = (Double((picture.width - side) / 2), Double((picture.height - side) / 2))
    let crop = map.nearest(
      across: left..<left + Double(side), down: top..<top + Double(side), width: size, height: size)
    return (
      picture.cropped(to: CropBox(left: Int(left), top: Int(top), width: side, height: side))
        .resized(width: size, height: size), crop
    )
  }
}
