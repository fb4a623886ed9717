import Datasets
import Recipe

/// A few pictures with maps that previews show, always cropped the same way: the largest middle part of the crop's
/// shape.
package struct MapPreviews {
  let source: any MappedPictures
  /// Places in the source, spread evenly over it.
  let indices: [Int]
  /// Of a crop, in pixels.
  let size: PlaneSize

  package init(source: any MappedPictures, count: Int, size: PlaneSize) {
    self.source = source
    self.size = size
    let count = max(0, min(count, source.count))
    indices = (0..<count).map { $0 * source.count / max(count, 1) }
  }

  var count: Int { indices.count }

  func pair(at place: Int) throws -> (picture: Picture, map: LabelMap) {
    let (picture, map) = try source.pair(at: indices[place])
    // The largest box in the middle that has the shape of a crop.
    let columns = max(min(picture.width, picture.height * size.width / max(size.height, 1)), 1)
    let rows = max(min(picture.height, picture.width * size.height / max(size.width, 1)), 1)
    let box = CropBox(
      left: (picture.width - columns) / 2, top: (picture.height - rows) / 2, width: columns, height: rows)
    let crop = map.nearest(
      across: Double(box.left)..<Double(box.left + columns), down: Double(box.top)..<Double(box.top + rows),
      width: size.width, height: size.height)
    return (picture.cropped(to: box).resized(width: size.width, height: size.height), crop)
  }
}
