/// A numbered collection of pictures, with labels and captions where it has them.
package protocol PictureSource: Sendable {
  var count: Int { get }
  /// For people: `scenes 24000..<40000`, or a folder's path.
  var name: String { get }
  /// By label; empty when unlabelled.
  var classNames: [String] { get }
  /// What was found where the pictures are and is not among them.
  var leftOut: LeftOut { get }
  /// Values of a pixel: ``Picture/channels`` of every picture.
  var channels: Int { get }
  /// The same pictures with so many values a pixel. Grey pictures and those of colours become each other; any other
  /// that has not so many cannot be had then.
  func with(channels: Int) -> Self

  /// - Throws: `DatasetError` when the picture cannot be had; the loader then takes another.
  func picture(at index: Int) throws -> Picture
  /// The same, but may come smaller: `eighths` is told the size before the picture is decoded, and answers at how many
  /// eighths of it (1, 2, 4 or 8) decoding suffices.
  func picture(at index: Int, eighths: (_ width: Int, _ height: Int) -> Int) throws -> ShrunkPicture
  /// What it means that a picture could not be had.
  func trouble(at index: Int, _ error: any Error) -> PictureTrouble
  func label(at index: Int) -> Int?
  func caption(at index: Int) -> String?
  /// What to call it in a message: a path, or `scene 17`.
  func itemName(at index: Int) -> String
  /// Where its bytes lie; nil where the picture is drawn.
  func stored(at index: Int) -> StoredPicture?
}

/// What it means that a picture could not be had.
package enum PictureTrouble: Equatable, Sendable {
  /// Its bytes are no picture: another one stands in for it, now and at every other time.
  case broken
  /// The system does not give this one, others it does: it is gone, or its place on the disk cannot be read.
  case alone
  /// The system gives none, or not now: the folder is away, the disk is, or there are too many open files. It is worth
  /// waiting.
  case away
}

extension PictureSource {
  package func trouble(at index: Int, _ error: any Error) -> PictureTrouble { .broken }
  package var leftOut: LeftOut { LeftOut() }
  package var channels: Int { 3 }
  package func with(channels: Int) -> Self { self }
  package func stored(at index: Int) -> StoredPicture? { nil }

  package func picture(at index: Int, eighths: (_ width: Int, _ height: Int) -> Int) throws -> ShrunkPicture {
    let picture = try picture(at: index)
    _ = eighths(picture.width, picture.height)
    return ShrunkPicture(picture)
  }
}
