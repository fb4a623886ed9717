/// Some of the pictures of a source, in an order of their own.
package struct PictureSubset: PictureSource {
  package private(set) var source: any PictureSource
  /// Places in the source.
  package let indices: [Int]
  package let name: String

  package init(_ source: any PictureSource, indices: [Int], name: String) {
    self.source = source
    self.indices = indices
    self.name = name
  }

  package var count: Int { indices.count }
  package var classNames: [String] { source.classNames }
  package var leftOut: LeftOut { source.leftOut }

  package var channels: Int { source.channels }

  package func with(channels: Int) -> Self {
    var same = self
    same.source = source.with(channels: channels)
    return same
  }

  package func picture(at index: Int) throws -> Picture { try source.picture(at: indices[index]) }

  package func picture(at index: Int, eighths: (_ width: Int, _ height: Int) -> Int) throws -> ShrunkPicture {
    try source.picture(at: indices[index], eighths: eighths)
  }

  package func trouble(at index: Int, _ error: any Error) -> PictureTrouble {
    source.trouble(at: indices[index], error)
  }

  package func label(at index: Int) -> Int? { source.label(at: indices[index]) }
  package func caption(at index: Int) -> String? { source.caption(at: indices[index]) }
  package func itemName(at index: Int) -> String { source.itemName(at: indices[index]) }
  package func stored(at index: Int) -> StoredPicture? { source.stored(at: indices[index]) }
}
