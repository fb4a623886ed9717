import CImageCodecs
import Files
import Foundation

/// Decodes a picture's file; its content decides of what kind it is, not its name.
///
/// Pictures are turned upright by their EXIF orientation, CMYK is converted without a colour profile, 16 bits are
/// rounded to 8.
/// - Parameter channels: values of a pixel. Three: grey is repeated, transparency put on white. One: grey of those, by
///   Pillow's `L`. Any other number: the file's own channels, transparency among them.
/// - Throws: `DatasetError` naming the file and what is wrong with it, also where it has other channels.
package func decodePicture(at url: URL, channels: Int = 3) throws -> Picture {
  try decodePicture(at: url, channels: channels) { _, _ in 8 }.picture
}

/// The same at a fraction of the size, which is faster.
/// - Parameter eighths: is told the upright picture's width and height, and answers at how many eighths of it a JPEG is
///   decoded: 1, 2, 4 or 8.
package func decodePicture(
  at url: URL, channels: Int = 3, eighths: (_ width: Int, _ height: Int) -> Int
) throws -> ShrunkPicture {
  try decodePicture(at: BytePath(url.path), channels: channels, eighths: eighths)
}

/// The same for a file whose name need not be UTF-8.
package func decodePicture(
  at path: BytePath, channels: Int = 3, eighths: (_ width: Int, _ height: Int) -> Int
) throws -> ShrunkPicture {
  try decoding(path) { try decodePicture($0, channels: channels, eighths: eighths) }
}

/// What `body` makes of a file's bytes.
/// - Throws: `DatasetError` naming the file and what is wrong with it.
func decoding<Decoded>(_ path: BytePath, _ body: (Data) throws -> Decoded) throws -> Decoded {
  let bytes: Data
  do {
    bytes = try readFile(path)
  } catch let reason as FileError {
    let isUsual = [ENOENT, EACCES, EPERM].contains(reason.code)
    throw DatasetError(
      "\(path.text) cannot be read\(isUsual ? "" : " (\(reason))"): check that it exists and that you may read it.",
      systemCode: reason.code == 0 ? nil : reason.code)
  }
  guard !bytes.isEmpty else { throw DatasetError("\(path.text) cannot be decoded: the file is empty.") }
  do {
    return try body(bytes)
  } catch let reason as DatasetError {
    throw DatasetError("\(path.text) cannot be decoded: \(reason).")
  }
}

/// Decodes the bytes of a picture's file; an error holds the bare reason.
package func decodePicture(_ bytes: Data, channels: Int = 3) throws -> Picture {
  try decodePicture(bytes, channels: channels) { _, _ in 8 }.picture
}

package func decodePicture(
  _ bytes: Data, channels: Int = 3, eighths: (_ width: Int, _ height: Int) -> Int
) throws -> ShrunkPicture {
  try bytes.withUnsafeBytes { raw in
    let buffer = raw.bindMemory(to: UInt8.self)
    var info = ImageCodecsInfo()
    try reportingFailure { image_codecs_probe(buffer.baseAddress, buffer.count, &info, $0) }
    let (width, height) = (Int(info.width), Int(info.height))
    image_codecs_shrink(&info, Int32(clamping: eighths(width, height)))
    return ShrunkPicture(
      try decode(buffer, info, channels: channels), eighths: Int(info.scale), fullWidth: width, fullHeight: height)
  }
}

private func decode(
  _ buffer: UnsafeBufferPointer<UInt8>, _ info: ImageCodecsInfo, channels: Int
) throws -> Picture {
  let count = Int(info.width) * Int(info.height) * channels
  let samples = try [UInt8](unsafeUninitializedCapacity: count) { pixels, filled in
    try withUnsafePointer(to: info) { info in
      try reportingFailure {
        image_codecs_decode(buffer.baseAddress, buffer.count, info, Int32(channels), pixels.baseAddress, $0)
      }
    }
    filled = count
  }
  return Picture(width: Int(info.width), height: Int(info.height), channels: channels, samples: samples)
}

/// Turns a codec's error text into a thrown `DatasetError`.
func reportingFailure(_ body: (UnsafeMutablePointer<CChar>?) -> Bool) throws {
  try withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(IMAGE_CODECS_ERROR_SIZE)) { reason in
    reason.initialize(repeating: 0)
    guard !body(reason.baseAddress) else { return }
    throw DatasetError(reason.baseAddress.map { String(cString: $0) } ?? "unknown reason")
  }
}
