/// A numbered collection of pictures, with labels and captions where it has them.
public protocol PictureSource: Sendable {
  var count: Int { get }
  /// For people: `scenes 24000..<40000`, or a folder's path.
  var name: String { get }
  /// By label; empty when unlabelled.
  var classNames: [String] { get }

  /// - Throws: `DatasetError` when the picture cannot be had; the loader then takes another.
  func picture(at index: Int) throws -> Picture
  /// The same, but may come smaller: `eighths` is told the size before the picture is decoded, and answers at how many eighths of it (1,
  /// 2, 4 or 8) decoding suffices.
  func picture(at index: Int, eighths: (_ width: Int, _ height: Int) -> Int) throws -> ShrunkPicture
  func label(at index: Int) -> Int?
  func caption(at index: Int) -> String?
  /// What to call it in a message: a path, or `scene 17`.
  func itemName(at index: Int) -> String
}

extension PictureSource {
  public func picture(at index: Int, eighths: (_ width: Int, _ height: Int) -> Int) throws -> ShrunkPicture {
    let picture = try picture(at: index)
    _ = eighths(picture.width, picture.height)
    return ShrunkPicture(picture)
  }
}
