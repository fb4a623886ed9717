import Files
import Foundation

/// A safetensors file: named arrays of numbers behind a JSON header, mapped into memory and read on demand.
///
/// Layout: eight bytes N (little endian), N bytes of JSON `{name: {dtype, shape, data_offsets}, "__metadata__":
/// {...}}`, then the arrays, row-major and little endian. The whole header is validated when the file is opened.
/// Source: huggingface/safetensors, README.md ("Format").
package struct SafetensorsFile: WeightsFile {
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
  package func type(_ name: String) -> ElementType? { entries[name]?.type }
  package var container: String { "safetensors" }

  package func floats(_ name: String) throws -> [Float] {
    guard let entry = entries[name] else { throw unknown(name) }
    let values = data.withUnsafeBytes { entry.type.floats(UnsafeRawBufferPointer(rebasing: $0[entry.bytes])) }
    guard let values else { throw unreadable(name, entry.type) }
    return values
  }
}
