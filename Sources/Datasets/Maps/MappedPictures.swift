/// Pictures of which each pixel's class is known.
package protocol MappedPictures: PictureSource {
  /// Names of the classes of pixels, in the order of their numbers.
  var mapClasses: [String] { get }
  /// As large as the picture.
  /// - Throws: ``DatasetError`` where the map cannot be had, or has numbers that are no class.
  func classMap(at index: Int) throws -> LabelMap
}

extension MappedPictures {
  /// A picture and its map.
  /// - Throws: ``DatasetError`` also where they are not of one size.
  package func pair(at index: Int) throws -> (picture: Picture, map: LabelMap) {
    let picture = try picture(at: index)
    return (picture, try fitting(classMap(at: index), picture, at: index))
  }

  func fitting(_ map: LabelMap, _ picture: Picture, at index: Int) throws -> LabelMap {
    guard map.width == picture.width, map.height == picture.height else {
      throw DatasetError(
        "the map of \(itemName(at: index)) has \(map.width) x \(map.height) pixels and the picture "
          + "\(picture.width) x \(picture.height): make them the same.")
    }
    return map
  }
}

extension ScenesSource: MappedPictures {
  /// The ground, then the shapes.
  package var mapClasses: [String] { ["background"] + Self.classNames }
}
