import CImageCodecs
import Foundation

/// Decodes a JPEG or PNG file; its content decides which, not its name.
///
/// JPEGs are turned upright by their EXIF orientation, CMYK is converted without a colour profile, transparency is put on white,
/// 16 bits are rounded to 8.
/// - Parameter leastShortSide: a JPEG larger than this may be decoded at 1/2, 1/4 or 1/8 of its size (much faster), as long as
///   the shorter side keeps at least so many pixels; 0 decodes every pixel.
/// - Throws: `DatasetError` naming the file and what is wrong with it.
public func decodePicture(at url: URL, leastShortSide: Int = 0) throws -> Picture {
  let bytes: Data
  do {
    bytes = try Data(contentsOf: url)
  } catch {
    throw DatasetError("\(url.path) cannot be read: check that it exists and that you may read it.")
  }
  do {
    return try decodePicture(bytes, leastShortSide: leastShortSide)
  } catch let reason as DatasetError {
    throw DatasetError("\(url.path) cannot be decoded: \(reason).")
  }
}

/// Decodes the bytes of a JPEG or PNG file; an error holds the bare reason.
public func decodePicture(_ bytes: Data, leastShortSide: Int = 0) throws -> Picture {
  try bytes.withUnsafeBytes { raw in
    let buffer = raw.bindMemory(to: UInt8.self)
    var info = ImageCodecsInfo()
    let hint = Int32(clamping: leastShortSide)
    try reportingFailure { image_codecs_probe(buffer.baseAddress, buffer.count, hint, &info, $0) }
    let count = Int(info.width) * Int(info.height) * 3
    let rgb = try [UInt8](unsafeUninitializedCapacity: count) { pixels, filled in
      try reportingFailure {
        image_codecs_decode(buffer.baseAddress, buffer.count, &info, pixels.baseAddress, $0)
      }
      filled = count
    }
    return Picture(width: Int(info.width), height: Int(info.height), rgb: rgb)
  }
}

/// Turns a codec's error text into a thrown `DatasetError`.
private func reportingFailure(_ body: (UnsafeMutablePointer<CChar>?) -> Bool) throws {
  try withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(IMAGE_CODECS_ERROR_SIZE)) { reason in
    reason.initialize(repeating: 0)
    guard !body(reason.baseAddress) else { return }
    throw DatasetError(reason.baseAddress.map { String(cString: $0) } ?? "unknown reason")
  }
}
