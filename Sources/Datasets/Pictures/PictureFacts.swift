import CImageCodecs
import Files
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
  /// As stored, transparency among them: 1 is grey, 3 are mostly colours.
  package var channels: Int
  /// Whether the last channel is transparency.
  package var isClear = false
  /// Whether nothing says that the channels are grey or colours (TIFF).
  package var isBands = false
  /// Of a channel.
  package var bits: Int

  /// As how many channels the picture can be read where nothing else is wanted: grey as one, colours as three, both
  /// without their transparency; else all that are stored.
  package var usualChannels: Int {
    let shades = channels - (isClear ? 1 : 0)
    return !isBands && (shades == 1 || shades == 3) ? shades : channels
  }
}

extension PictureSource {
  /// The picture in its own channels, with what its file says and its bytes; nil where it is drawn.
  /// - Throws: ``DatasetError`` where it cannot be decoded, with the bare reason.
  package func examined(at index: Int) throws -> (facts: PictureFacts, picture: Picture, bytes: Data)? {
    guard let stored = stored(at: index) else { return nil }
    let bytes: Data
    do { bytes = try stored.bytes() } catch { throw DatasetError("it cannot be read (\(error))") }
    guard !bytes.isEmpty else { throw DatasetError("the file is empty") }
    if let layout = (self as? PackedPictures)?.data.layout {
      guard let picture = layout.picture(bytes, channels: layout.channels) else {
        throw DatasetError("the file ends before the picture")
      }
      let facts = PictureFacts(
        format: .pixels, width: layout.width, height: layout.height, channels: layout.channels, bits: 8)
      return (facts, picture, bytes)
    }
    let facts = try pictureFacts(of: bytes)
    return (facts, try decodePicture(bytes, channels: facts.usualChannels), bytes)
  }
}

extension PictureSource {
  /// What the picture's file says, without decoding it; nil where it is drawn.
  /// - Throws: ``DatasetError`` with the bare reason where it is no picture.
  package func facts(at index: Int) throws -> PictureFacts? {
    guard let stored = stored(at: index) else { return nil }
    if let layout = (self as? PackedPictures)?.data.layout {
      return PictureFacts(
        format: .pixels, width: layout.width, height: layout.height, channels: layout.channels, bits: 8)
    }
    do { return try pictureFacts(of: stored.bytes()) } catch let reason as FileError {
      throw DatasetError("it cannot be read (\(reason))")
    }
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
      isClear: info.clear, isBands: info.bands, bits: Int(info.bits))
  }
}
