/// A numbered collection of pictures, with labels and captions where it has them.
public protocol PictureSource: Sendable {
  var count: Int { get }
  /// For people: `scenes 24000..<40000`, or a folder's path.
  var name: String { get }
  /// By label; empty when unlabelled.
  var classNames: [String] { get }

  /// - Throws: `DatasetError` when the picture cannot be had; the loader then takes another.
  func picture(at index: Int) throws -> Picture
  /// The same, but may come smaller (see `decodePicture`).
  func picture(at index: Int, leastShortSide: Int) throws -> Picture
  func label(at index: Int) -> Int?
  func caption(at index: Int) -> String?
  /// What to call it in a message: a path, or `scene 17`.
  func itemName(at index: Int) -> String
}

extension PictureSource {
  public func picture(at index: Int, leastShortSide: Int) throws -> Picture { try picture(at: index) }
}
