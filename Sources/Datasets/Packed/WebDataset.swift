import Files
import Foundation

/// WebDataset (webdataset/webdataset): tar files in which files of one name, up to its first dot, that follow on each
/// other are a sample: `0001.jpg`, `0001.cls`, `0001.txt`, `0001.json`.
///
/// Where each picture lies is found once, when the data are opened; then pictures are read by their place in the tar
/// file in any order, so that every pass is shuffled over all shards and a run that is resumed goes on with the same
/// picture.
struct WebDataset {
  private(set) var items: [PackedItem] = []
  private(set) var files: [PackedFile] = []
  private(set) var leftOut = LeftOut()

  /// What is read of a file beside a picture, in bytes.
  private static let mostText = 1 << 20

  /// - Parameter names: of the shards, as people are to read them; in their order.
  /// - Throws: ``DatasetError`` where no shard can be read.
  init(shards: [(path: BytePath, name: String)]) throws {
    var trouble: [String] = []
    for shard in shards {
      let file = PackedFile(shard.path)
      let archive: TarArchive
      do {
        archive = try TarArchive(size: file.size) { try file.bytes(at: $0, count: $1) }
      } catch {
        trouble.append("\(shard.path.text) cannot be read: \(error)")
        leftOut.add(.brokenShard("\(error)"), shard.name)
        continue
      }
      if !archive.isWhole { leftOut.add(.cutShard, shard.name) }
      files.append(file)
      add(archive, of: file, named: shard.name)
    }
    if files.isEmpty, let first = trouble.first {
      throw DatasetError("\(first.hasSuffix(".") ? String(first.dropLast()) : first).")
    }
  }

  private mutating func add(_ archive: TarArchive, of file: PackedFile, named shard: String) {
    let role = shard.split(separator: "/").lazy.compactMap { part in
      SplitRole(folderName: part.hasSuffix(".tar") ? String(part.dropLast(4)) : String(part))
    }.first
    var key: ArraySlice<UInt8>?
    var sample = Sample()
    func finish(_ dataset: inout WebDataset) {
      guard let key else { return }
      guard let picture = sample.picture else {
        if sample.holdsAnything { dataset.leftOut.add(.sampleWithoutPicture, "\(shard)/\(BytePath.shown(key))") }
        return
      }
      dataset.items.append(
        PackedItem(
          name: "\(shard)/\(BytePath.shown(picture.name[...]))", file: dataset.files.count - 1, offset: picture.offset,
          count: picture.count, label: sample.label, caption: sample.caption, role: role))
    }
    for entry in archive.entries {
      let start = entry.name.lastIndex(of: UInt8(ascii: "/")).map { $0 + 1 } ?? 0
      guard let dot = entry.name[start...].firstIndex(of: UInt8(ascii: ".")), dot > start else {
        leftOut.add(
          dot(entry.name, start) ? .hiddenPicture : .ending(""), "\(shard)/\(BytePath.shown(entry.name[...]))")
        continue
      }
      let stem = entry.name[..<dot]
      if stem != key {
        finish(&self)
        (key, sample) = (stem, Sample())
      }
      let ending = String(decoding: entry.name[(dot + 1)...], as: UTF8.self).lowercased()
      take(entry, ending, into: &sample, of: file, shard)
    }
    finish(&self)
  }

  private func dot(_ name: [UInt8], _ start: Int) -> Bool {
    name.indices.contains(start) && name[start] == UInt8(ascii: ".")
  }

  private struct Sample {
    var picture: TarArchive.Entry?
    var label: String?
    var caption = PackedItem.Caption.none
    var holdsAnything = false
  }

  private mutating func take(
    _ entry: TarArchive.Entry, _ ending: String, into sample: inout Sample, of file: PackedFile, _ shard: String
  ) {
    func text() -> String? {
      guard entry.count <= Self.mostText, let bytes = try? file.bytes(at: entry.offset, count: entry.count) else {
        return nil
      }
      return String(validating: bytes, as: UTF8.self)
    }
    sample.holdsAnything = true
    switch ending {
    case _ where ImageFolderSource.extensions.contains(ending):
      if sample.picture == nil {
        sample.picture = entry
      } else {
        leftOut.add(.furtherPicture, "\(shard)/\(BytePath.shown(entry.name[...]))")
      }
    case "cls", "label", "class":
      if let word = text()?.trimmingCharacters(in: .whitespacesAndNewlines), !word.isEmpty { sample.label = word }
    case "txt", "text", "caption":
      if entry.count <= Self.mostText { sample.caption = .part(offset: entry.offset, count: entry.count) }
    case "json":
      guard let facts = text().flatMap({ try? ListedRow(json: $0) }) else {
        leftOut.add(.badRow, "\(shard)/\(BytePath.shown(entry.name[...]))")
        return
      }
      if sample.label == nil { sample.label = facts.label }
      if sample.caption == .none, let caption = facts.caption { sample.caption = .text(caption) }
    default: leftOut.add(.ending(ending), "\(shard)/\(BytePath.shown(entry.name[...]))")
    }
  }
}

extension BytePath {
  /// A name as it is where it is UTF-8; else its other bytes as `\xE9`.
  static func shown(_ name: ArraySlice<UInt8>) -> String { BytePath(bytes: Array(name)).text }
}
