import CImageCodecs
import Files
import Foundation

/// What of a PNG file says which class a pixel belongs to.
package enum MapContent: Sendable {
  /// Grey values or indices of a palette.
  case numbers
  /// Whether the pixel is more opaque than transparent: 1 or 0.
  case opacity
}

/// Reads a map from a PNG file.
/// - Throws: ``DatasetError`` naming the file and what is wrong with it.
func decodeMap(at path: BytePath, _ content: MapContent) throws -> LabelMap {
  try decoding(path) { try decodeMap($0, content) }
}

/// The same of the bytes of a file; an error holds the bare reason.
package func decodeMap(_ bytes: Data, _ content: MapContent) throws -> LabelMap {
  try bytes.withUnsafeBytes { raw in
    let buffer = raw.bindMemory(to: UInt8.self)
    var info = ImageCodecsInfo()
    try reportingFailure { image_codecs_probe(buffer.baseAddress, buffer.count, &info, $0) }
    let count = Int(info.width) * Int(info.height)
    var values = try [UInt8](unsafeUninitializedCapacity: count) { values, filled in
      try withUnsafePointer(to: info) { info in
        try reportingFailure {
          switch content {
          case .numbers:
            image_codecs_decode_labels(buffer.baseAddress, buffer.count, info, values.baseAddress, $0)
          case .opacity: image_codecs_decode_alpha(buffer.baseAddress, buffer.count, info, values.baseAddress, $0)
          }
        }
      }
      filled = count
    }
    if case .opacity = content { for index in values.indices { values[index] = values[index] >= 128 ? 1 : 0 } }
    return LabelMap(width: Int(info.width), height: Int(info.height), values: values)
  }
}
