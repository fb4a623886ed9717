import Files
import Foundation

/// The binary files of CIFAR-10 and CIFAR-100 (https://www.cs.toronto.edu/~kriz/cifar.html): records of one label byte
/// or two, the second of which is the finer, and 3,072 bytes of planes.
struct CIFARFiles {
  private(set) var items: [PackedItem] = []
  private(set) var files: [PackedFile] = []
  private(set) var leftOut = LeftOut()
  private(set) var classNames: [String]?

  static let layout = PixelLayout(width: 32, height: 32, channels: 3)
  /// The file beside the pictures that names the classes.
  private(set) var namesFile: String?
  private static let usualNames = ["batches.meta.txt", "fine_label_names.txt"]
  private static let mostNames = 1 << 16

  /// Label bytes of a record in a file of so many bytes; nil where it can be none of CIFAR's.
  static func labelBytes(size: Int, name: String) -> Int? {
    guard size > 0 else { return nil }
    let fits = [1, 2].filter { size % (layout.size + $0) == 0 }
    let isFine = ["train.bin", "test.bin"].contains(name.lowercased())
    return fits.count == 2 ? (isFine ? 2 : 1) : fits.first
  }

  /// nil where the files are none of CIFAR's.
  init?(_ found: [(path: BytePath, name: String)]) {
    for (path, name) in found {
      let file = PackedFile(path)
      let base = name.split(separator: "/").last.map(String.init) ?? name
      let stem = base.lowercased()
      guard stem.hasSuffix(".bin"), stem.contains("batch") || SplitRole(folderName: String(stem.dropLast(4))) != nil,
        let labels = Self.labelBytes(size: file.size, name: base)
      else {
        leftOut.add(.ending("bin"), name)
        continue
      }
      let role: SplitRole = stem.contains("test") ? .test : SplitRole(folderName: String(stem.dropLast(4))) ?? .train
      files.append(file)
      let record = Self.layout.size + labels
      guard let bytes = try? file.bytes(at: 0, count: file.size) else {
        leftOut.add(.brokenShard("it cannot be read"), name)
        continue
      }
      bytes.withUnsafeBytes { bytes in
        for number in 0..<bytes.count / record {
          items.append(
            PackedItem(
              name: "\(name)/\(number)", file: files.count - 1, offset: number * record + labels,
              count: Self.layout.size, label: "\(bytes[number * record + labels - 1])", role: role))
        }
      }
    }
    guard !items.isEmpty, let folder = files.first?.path.folder else { return nil }
    nameClasses(folder)
  }

  /// By the file of names that comes with the pictures, if it is there.
  private mutating func nameClasses(_ folder: BytePath) {
    for name in Self.usualNames {
      guard let bytes = try? RegularFile.read(folder.appending(name), limit: Self.mostNames) else { continue }
      let names = String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline).map {
        $0.trimmingCharacters(in: .whitespaces)
      }.filter { !$0.isEmpty }
      guard Set(names).count == names.count, items.allSatisfy({ Int($0.label ?? "") ?? .max < names.count }) else {
        continue
      }
      classNames = names
      // Beside the file of the first picture, `data/train.bin/0`.
      let folders = items.first?.name.split(separator: "/").dropLast(2) ?? []
      namesFile = (folders + [name[...]]).joined(separator: "/")
      for index in items.indices { items[index].label = items[index].label.flatMap { Int($0) }.map { names[$0] } }
      return
    }
  }
}
