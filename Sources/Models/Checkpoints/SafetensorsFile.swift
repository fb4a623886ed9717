import Files
import Foundation

/// A safetensors file: named arrays of numbers behind a JSON header, mapped into memory and read on demand.
///
/// Layout: eight bytes N (little endian), N bytes of JSON `{name: {dtype, shape, data_offsets}, "__metadata__":
/// {...}}`, then the arrays, row-major and little endian. The whole header is validated when the file is opened.
/// Source: huggingface/safetensors, README.md ("Format").
package struct SafetensorsFile: Sendable {
  /// Element types of the format. ``floats(_:)`` converts the floating ones of 32 and 16 bits.
  package enum ElementType: String, Sendable, CaseIterable {
    case float64 = "F64"
    case float32 = "F32"
    case float16 = "F16"
    case bfloat16 = "BF16"
    case int64 = "I64"
    case int32 = "I32"
    case int16 = "I16"
    case int8 = "I8"
    case uint64 = "U64"
    case uint32 = "U32"
    case uint16 = "U16"
    case uint8 = "U8"
    case boolean = "BOOL"

    /// Bytes of one element.
    package var size: Int {
      switch self {
      case .float64, .int64, .uint64: 8
      case .float32, .int32, .uint32: 4
      case .float16, .bfloat16, .int16, .uint16: 2
      case .int8, .uint8, .boolean: 1
      }
    }
  }

  package struct Entry: Sendable, Equatable {
    package let type: ElementType
    package let shape: [Int]
    /// Bytes in the file, counted from its beginning.
    let bytes: Range<Int>

    /// Elements in all.
    package var count: Int { bytes.count / type.size }
  }

  package let url: URL
  /// Names as the header has them, in its order.
  package let names: [String]
  /// Free text beside the arrays, from `__metadata__`.
  package let metadata: [String: String]
  private let entries: [String: Entry]
  private let data: Data

  /// Opens and validates a file.
  /// - Throws: `CheckpointError`, one sentence naming the file and the first thing wrong with it.
  package init(_ url: URL) throws {
    if let problem = RegularFile.problem(url.path) {
      throw CheckpointError.file(url.path, "\(problem), give a safetensors file")
    }
    let data: Data
    do { data = try Data(contentsOf: url, options: .alwaysMapped) } catch {
      throw CheckpointError.file(url.path, "cannot be opened, check that the file exists and is readable")
    }
    try self.init(bytes: data, url: url)
  }

  /// Validates what a file holds.
  /// - Parameter url: the file, as errors name it.
  package init(bytes data: Data, url: URL) throws {
    let header = try SafetensorsHeader(data, path: url.path)
    self.data = data
    self.url = url
    names = header.names
    metadata = header.metadata
    entries = header.entries
  }

  package func entry(_ name: String) -> Entry? { entries[name] }
  package func shape(_ name: String) -> [Int]? { entries[name]?.shape }

  /// The values of an array, converted to `Float` where they are stored in 16 bits.
  /// - Throws: if the name is unknown or the type is none of F32, F16 and BF16.
  package func floats(_ name: String) throws -> [Float] {
    guard let entry = entries[name] else { throw CheckpointError.file(url.path, "has no tensor named \(name)") }
    return try data.withUnsafeBytes { raw in
      let bytes = UnsafeRawBufferPointer(rebasing: raw[entry.bytes])
      switch entry.type {
      case .float32: return floats(bytes, UInt32.self) { Float(bitPattern: $0) }
      case .bfloat16: return floats(bytes, UInt16.self) { Float(bitPattern: UInt32($0) << 16) }
      case .float16: return floats(bytes, UInt16.self) { Float(Float16(bitPattern: $0)) }
      default:
        throw CheckpointError.file(
          url.path, "holds \(name) as \(entry.type.rawValue), store it as F32, F16 or BF16 to read it as weights")
      }
    }
  }

  private func floats<Bits: FixedWidthInteger>(
    _ bytes: UnsafeRawBufferPointer, _ bits: Bits.Type, _ convert: (Bits) -> Float
  ) -> [Float] {
    let size = MemoryLayout<Bits>.size
    return [Float](unsafeUninitializedCapacity: bytes.count / size) { buffer, count in
      count = bytes.count / size
      for i in 0..<count {
        buffer[i] = convert(Bits(littleEndian: bytes.loadUnaligned(fromByteOffset: i * size, as: Bits.self)))
      }
    }
  }
}
