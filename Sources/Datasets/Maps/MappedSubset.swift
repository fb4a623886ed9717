/// Some of the pictures of a source of which each pixel's class is known.
package struct MappedSubset: MappedPictures {
  private let source: any MappedPictures
  private var subset: PictureSubset

  /// - Parameter indices: places in the source.
  package init(_ source: any MappedPictures, indices: [Int]) {
    self.source = source
    subset = PictureSubset(source, indices: indices, name: source.name)
  }

  package var name: String { subset.name }
  package var count: Int { subset.count }
  package var classNames: [String] { subset.classNames }
  package var mapClasses: [String] { source.mapClasses }
  package var leftOut: LeftOut { subset.leftOut }
  package var channels: Int { subset.channels }

  package func with(channels: Int) -> Self {
    var same = self
    same.subset = subset.with(channels: channels)
    return same
  }

  package func picture(at index: Int) throws -> Picture { try subset.picture(at: index) }
  package func classMap(at index: Int) throws -> LabelMap { try source.classMap(at: subset.indices[index]) }
  package func trouble(at index: Int, _ error: any Error) -> PictureTrouble { subset.trouble(at: index, error) }
  package func label(at index: Int) -> Int? { subset.label(at: index) }
  package func caption(at index: Int) -> String? { subset.caption(at: index) }
  package func itemName(at index: Int) -> String { subset.itemName(at: index) }
  package func stored(at index: Int) -> StoredPicture? { subset.stored(at: index) }
}
