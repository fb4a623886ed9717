import Datasets
import Foundation

/// Files made by Fixtures/make_pictures.py.
enum Fixtures {
  static func url(_ name: String) throws -> URL {
    guard let folder = Bundle.module.resourceURL else { throw DatasetError("the tests' resources are missing") }
    return folder.appendingPathComponent("Fixtures").appendingPathComponent(name)
  }

  /// A binary PPM (P6), as Pillow writes it.
  static func picture(_ name: String) throws -> Picture {
    let bytes = try Data(contentsOf: url(name))
    var words: [String] = []
    var at = 0
    while words.count < 4 {
      let end = bytes[at...].firstIndex { $0 == 10 || $0 == 32 } ?? bytes.count
      words.append(String(decoding: bytes[at..<end], as: UTF8.self))
      at = end + 1
    }
    guard words[0] == "P6", let width = Int(words[1]), let height = Int(words[2]) else {
      throw DatasetError("\(name) is no binary PPM")
    }
    return Picture(width: width, height: height, rgb: [UInt8](bytes[at...]))
  }
}

/// The largest difference of two pictures' values; 255 when their sizes differ.
func largestDifference(_ a: Picture, _ b: Picture) -> Int {
  guard a.width == b.width, a.height == b.height, a.rgb.count == b.rgb.count else { return 255 }
  return zip(a.rgb, b.rgb).map { abs(Int($0) - Int($1)) }.max() ?? 0
}

/// A new folder that is removed when `body` is through.
func withTemporaryFolder<T>(_ body: (URL) throws -> T) throws -> T {
  let folder = FileManager.default.temporaryDirectory.appendingPathComponent("datasets-\(UUID().uuidString)")
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: folder) }
  return try body(folder)
}
