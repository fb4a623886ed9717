import Files
import Foundation

/// The pictures of a folder as a run sees them: names in order, sizes and contents. A time of change alone is no
/// change; it tells which contents need not be read again.
package struct PictureList: Equatable, Sendable {
  package struct Entry: Equatable, Sendable {
    package var name: String
    /// -1 if the file cannot be read.
    package var bytes: Int64
    /// Nanoseconds since 1970.
    package var changed: Int64
    package var content: UInt64
  }

  package var entries: [Entry]

  package init(_ entries: [Entry]) { self.entries = entries }

  /// Looks at every file, and reads those that a known list does not tell of.
  ///
  /// - Parameters:
  ///   - names: paths relative to the folder.
  ///   - path: where the file of a number lies, as a name need not be UTF-8; nil: where its name says.
  ///   - known: what was found earlier, in any order.
  ///   - isCancelled: asked before every file; where it says yes, the list ends there.
  package init(
    folder: URL, names: [String], path: ((Int) -> BytePath)? = nil, known: PictureList? = nil,
    isCancelled: () -> Bool = { false }
  ) {
    let earlier = Lookup(known?.entries ?? [])
    var reader = PictureReader()
    entries = []
    entries.reserveCapacity(names.count)
    for (place, name) in names.enumerated() {
      if isCancelled() { break }
      let path = path?(place) ?? BytePath(folder.path + "/" + name)
      guard let status = path.status else {
        entries.append(Entry(name: name, bytes: -1, changed: 0, content: 0))
        continue
      }
      var entry = Entry(
        name: name, bytes: Int64(status.st_size),
        changed: Int64(status.st_mtim.tv_sec) * 1_000_000_000 + Int64(status.st_mtim.tv_nsec), content: 0)
      if let old = earlier.entry(name, near: place), old.bytes == entry.bytes, old.changed == entry.changed {
        entry.content = old.content
      } else if let content = reader.content(of: path, bytes: Int(status.st_size)) {
        entry.content = content
      } else {
        entry.bytes = -1
      }
      entries.append(entry)
    }
  }

  /// Sixteen hexadecimal digits that stand for names, sizes and contents in their order.
  package var digest: String {
    var hash = XXHash64()
    for entry in entries {
      hash.update(entry.name)
      // Three words, the first of which ends the name: a tuple of a byte and words would have bytes between that nobody
      // set.
      for word in [0, UInt64(bitPattern: entry.bytes), entry.content] {
        withUnsafeBytes(of: word.littleEndian) { hash.update($0) }
      }
    }
    return hash.hexadecimal
  }

  /// Whether another list has the same names, sizes and contents in the same order.
  package func holdsTheSame(as other: PictureList) -> Bool {
    entries.elementsEqual(other.entries) { ($0.name, $0.bytes, $0.content) == ($1.name, $1.bytes, $1.content) }
  }

  /// What is another one in a later list, names in its order.
  package func differences(to later: PictureList) -> PictureDifferences {
    let old = Dictionary(entries.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    let names = Set(later.entries.map(\.name))
    return PictureDifferences(
      added: later.entries.filter { old[$0.name] == nil }.map(\.name),
      removed: entries.filter { !names.contains($0.name) }.map(\.name),
      changed: later.entries.filter { entry in
        old[entry.name].map { $0.bytes != entry.bytes || $0.content != entry.content } ?? false
      }.map(\.name))
  }

  /// Finds entries by name: mostly where they were, else by a table that is made when it is first needed.
  private final class Lookup {
    private let entries: [Entry]
    private var offset = 0
    private lazy var places = Dictionary(
      entries.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })

    init(_ entries: [Entry]) { self.entries = entries }

    func entry(_ name: String, near place: Int) -> Entry? {
      if entries.isEmpty { return nil }
      let guess = place + offset
      if entries.indices.contains(guess), entries[guess].name == name { return entries[guess] }
      guard let found = places[name] else { return nil }
      offset = found - place
      return entries[found]
    }
  }
}

/// Pictures that came, went, or hold something else now.
package struct PictureDifferences: Equatable, Sendable {
  package var added: [String]
  package var removed: [String]
  package var changed: [String]

  package init(added: [String], removed: [String], changed: [String]) {
    self.added = added
    self.removed = removed
    self.changed = changed
  }

  package var isEmpty: Bool { added.isEmpty && removed.isEmpty && changed.isEmpty }

  /// `2 pictures added (a.png, b.png), 1 changed (c.png)`
  package var words: String {
    [(added, "added"), (removed, "removed"), (changed, "changed")].filter { !$0.0.isEmpty }.enumerated()
      .map { index, part in
        let (names, what) = part
        let first = names.prefix(3).joined(separator: ", ") + (names.count > 3 ? ", ..." : "")
        return "\(names.count)\(index == 0 ? (names.count == 1 ? " picture" : " pictures") : "") \(what) (\(first))"
      }.joined(separator: ", ")
  }
}

/// Reads the bytes that stand for the content of a picture.
private struct PictureReader {
  /// A file of at most these bytes is read whole, a larger one in its first, middle and last part.
  private static let whole = 1 << 20
  private static let part = 1 << 18
  private var buffer = [UInt8](repeating: 0, count: whole)

  mutating func content(of path: BytePath, bytes: Int) -> UInt64? {
    let descriptor = path.withCPath { open($0, O_RDONLY | O_CLOEXEC | O_NONBLOCK) }
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    let pieces =
      bytes <= Self.whole
      ? [(0, bytes)] : [0, (bytes - Self.part) / 2, bytes - Self.part].map { ($0, Self.part) }
    var hash = XXHash64()
    for (offset, count) in pieces {
      let read = buffer.withUnsafeMutableBytes { pread(descriptor, $0.baseAddress, count, off_t(offset)) }
      guard read == count else { return nil }
      buffer.withUnsafeBytes { hash.update(UnsafeRawBufferPointer(rebasing: $0[..<count])) }
    }
    return hash.digest
  }
}
