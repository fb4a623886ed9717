/// Some of the pictures of a source, in an order of their own.
public struct PictureSubset: PictureSource {
  public let source: any PictureSource
  /// Places in the source.
  public let indices: [Int]
  public let name: String

  public init(_ source: any PictureSource, indices: [Int], name: String) {
    self.source = source
    self.indices = indices
    self.name = name
  }

  public var count: Int { indices.count }
  public var classNames: [String] { source.classNames }
  public var leftOut: LeftOut { source.leftOut }

  public func picture(at index: Int) throws -> Picture { try source.picture(at: indices[index]) }

  public func picture(at index: Int, eighths: (_ width: Int, _ height: Int) -> Int) throws -> ShrunkPicture {
    try source.picture(at: indices[index], eighths: eighths)
  }

  public func trouble(at index: Int, _ error: any Error) -> PictureTrouble {
    source.trouble(at: indices[index], error)
  }

  public func label(at index: Int) -> Int? { source.label(at: indices[index]) }
  public func caption(at index: Int) -> String? { source.caption(at: indices[index]) }
  public func itemName(at index: Int) -> String { source.itemName(at: indices[index]) }
}
