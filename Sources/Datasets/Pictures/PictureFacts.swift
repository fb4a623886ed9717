import CImageCodecs
import Foundation

/// What a picture's file says of it.
package struct PictureFacts: Equatable, Sendable {
  package enum Format: String, CaseIterable, Sendable {
    case jpeg = "JPEG", png = "PNG", webp = "WebP", tiff = "TIFF", pixels = "bare pixels"
  }

  package var format: Format
  /// Of the upright picture, in pixels.
  package var width: Int
  package var height: Int
  /// As stored: 1 grey, 3 colours, 2 and 4 the same with transparency.
  package var channels: Int
  /// Of a channel.
  package var bits: Int
}

extension PictureSource {
  /// The picture, with what its file says and its bytes; nil where it is drawn.
  /// - Throws: ``DatasetError`` where it cannot be decoded, with the bare reason.
  package func examined(at index: Int) throws -> (facts: PictureFacts, picture: Picture, bytes: Data)? {
    guard let stored = stored(at: index) else { return nil }
    let bytes: Data
    do { bytes = try stored.bytes() } catch { throw DatasetError("it cannot be read (\(error))") }
    guard !bytes.isEmpty else { throw DatasetError("the file is empty") }
    if let layout = (self as? PackedPictures)?.data.layout {
      guard let picture = layout.picture(bytes) else { throw DatasetError("the file ends before the picture") }
      let facts = PictureFacts(
        format: .pixels, width: layout.width, height: layout.height, channels: layout.channels, bits: 8)
      return (facts, picture, bytes)
    }
    return (try pictureFacts(of: bytes), try decodePicture(bytes), bytes)
  }
}

/// - Throws: ``DatasetError`` with the bare reason where the bytes are no picture.
package func pictureFacts(of bytes: Data) throws -> PictureFacts {
  try bytes.withUnsafeBytes { (raw: UnsafeRawBufferPointer) in
    var info = ImageCodecsInfo()
    try reportingFailure {
      image_codecs_probe(raw.bindMemory(to: UInt8.self).baseAddress, raw.count, &info, $0)
    }
    let format: PictureFacts.Format =
      switch info.format {
      case IMAGE_CODECS_PNG: .png
      case IMAGE_CODECS_WEBP: .webp
      case IMAGE_CODECS_TIFF: .tiff
      default: .jpeg
      }
    return PictureFacts(
      format: format, width: Int(info.width), height: Int(info.height), channels: Int(info.channels),
      bits: Int(info.bits))
  }
}
