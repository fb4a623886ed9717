import Foundation

/// Lists of pictures that stand beside a session's runs, by their digests: `SESSIONS/NAME/pictures/DIGEST.list`, so
/// that a run that goes on can say which pictures are others. A lost one costs no more than that, and reading the
/// pictures again.
package struct PictureLists: Sendable {
  package let directory: URL

  /// - Parameter session: `SESSIONS/NAME`
  package init(session: URL) { directory = session.appendingPathComponent("pictures", isDirectory: true) }

  private static let kept = 4
  private static let magic = "mvp pictures 1\n"

  package func list(_ digest: String) -> PictureList? {
    guard let list = read(directory.appendingPathComponent("\(digest).list")), list.digest == digest else { return nil }
    return list
  }

  /// The list that was written as that of a digest, where it is whole but has another one: earlier versions took bytes
  /// into the digest that nobody had set. Nothing else vouches for what stands in it.
  package func unproven(_ digest: String) -> PictureList? {
    read(directory.appendingPathComponent("\(digest).list")).flatMap { $0.digest == digest ? nil : $0 }
  }

  /// The one that was written last.
  package func newest() -> PictureList? { files().last.flatMap(read) }

  /// Writes a list, and removes those that were written long before.
  package func write(_ list: PictureList) throws {
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    let file = directory.appendingPathComponent("\(list.digest).list")
    let aside = file.appendingPathExtension("new-\(ProcessInfo.processInfo.processIdentifier)")
    do {
      try DurableFiles.write(PictureLists.data(list), to: aside)
      try DurableFiles.rename(aside, to: file)
    } catch {
      try? FileManager.default.removeItem(at: aside)
      throw error
    }
    let others = files().filter { $0.lastPathComponent != file.lastPathComponent }
    // The system's clock of files ticks every few milliseconds: lists written in one tick keep their order all the
    // same.
    if let newest = others.last.map(date), date(file) <= newest {
      try? FileManager.default.setAttributes(
        [.modificationDate: newest.addingTimeInterval(0.001)], ofItemAtPath: file.path)
    }
    for old in others.dropLast(PictureLists.kept - 1) { try? FileManager.default.removeItem(at: old) }
  }

  private func date(_ url: URL) -> Date {
    let attributes = try? FileManager.default.attributesOfItem(atPath: url.path)
    return attributes?[.modificationDate] as? Date ?? .distantPast
  }

  /// Oldest first.
  private func files() -> [URL] {
    let found = (try? FileManager.default.contentsOfDirectory(at: directory, includingPropertiesForKeys: nil)) ?? []
    return found.filter { $0.pathExtension == "list" }.map { ($0, date($0)) }.sorted { $0.1 < $1.1 }.map(\.0)
  }

  /// After the first line, for each picture: size, time and content, 8 bytes each, the length of its name in 4, and the
  /// name.
  private static func data(_ list: PictureList) -> Data {
    var data = Data(magic.utf8)
    for entry in list.entries {
      for word in [UInt64(bitPattern: entry.bytes), UInt64(bitPattern: entry.changed), entry.content] {
        withUnsafeBytes(of: word.littleEndian) { data.append(contentsOf: $0) }
      }
      withUnsafeBytes(of: UInt32(entry.name.utf8.count).littleEndian) { data.append(contentsOf: $0) }
      data.append(contentsOf: entry.name.utf8)
    }
    return data
  }

  /// nil if there is no such file, or it is not whole.
  private func read(_ file: URL) -> PictureList? {
    guard let data = try? Data(contentsOf: file, options: .mappedIfSafe) else { return nil }
    let start = PictureLists.magic.utf8.count
    guard data.count >= start, data.prefix(start).elementsEqual(PictureLists.magic.utf8) else { return nil }
    return data.withUnsafeBytes { bytes in
      var entries: [PictureList.Entry] = []
      var at = start
      func word(_ offset: Int) -> UInt64 {
        UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
      }
      while at < bytes.count {
        guard at + 28 <= bytes.count else { return nil }
        let count = Int(UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: at + 24, as: UInt32.self)))
        guard at + 28 + count <= bytes.count else { return nil }
        let name = String(decoding: bytes[(at + 28)..<(at + 28 + count)], as: UTF8.self)
        entries.append(
          PictureList.Entry(
            name: name, bytes: Int64(bitPattern: word(at)), changed: Int64(bitPattern: word(at + 8)),
            content: word(at + 16)))
        at += 28 + count
      }
      return PictureList(entries)
    }
  }
}
