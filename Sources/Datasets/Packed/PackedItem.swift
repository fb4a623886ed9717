import Files
import Foundation

/// A picture that a list names or that lies among others in a file.
package struct PackedItem: Sendable {
  package enum Caption: Equatable, Sendable {
    case none
    case text(String)
    /// A part of the picture's file.
    case part(offset: Int, count: Int)
  }

  package var name: String
  /// Place among ``PackedData/files``.
  package var file: Int
  package var offset = 0
  /// Bytes of the picture; nil: the whole file.
  package var count: Int?
  package var label: String?
  package var caption = Caption.none
  /// The map of the pixels' classes, as a place among ``PackedData/files``.
  package var map: Int?
  /// The part of the data that it belongs to, where that is said.
  package var role: SplitRole?
}

/// A file that pictures lie in.
package struct PackedFile: Sendable {
  package let path: BytePath
  /// What it holds, where it had to be unpacked.
  var unpacked: Data?

  init(_ path: BytePath, unpacked: Data? = nil) {
    self.path = path
    self.unpacked = unpacked
  }

  var size: Int { unpacked?.count ?? path.status.map { Int($0.st_size) } ?? 0 }

  /// Bytes from an offset on, as far as there are any.
  /// - Throws: `FileError` with the bare reason.
  func bytes(at offset: Int, count: Int) throws(FileError) -> Data {
    try StoredPicture(path, offset: offset, count: max(0, min(count, size - offset)), unpacked: unpacked).bytes()
  }
}
