import Files
import Foundation

/// The pictures below a folder, and the files that are left out.
///
/// Links are followed, but not into a folder that is already being looked through. The order is that of the names at
/// each level, by their bytes, whatever order the file system keeps.
package struct PictureSearch: Sendable {
  /// The folder, as it was given.
  package let root: BytePath
  /// Paths of the pictures relative to the root, as text.
  package private(set) var files: [String] = []
  /// Folders at every level that can be read and in which no picture lies, nor below them.
  package private(set) var emptyFolders: [String] = []
  package private(set) var leftOut = LeftOut()
  /// Relative paths that are no UTF-8, by the place of their text in ``files``.
  private var bytes: [Int: BytePath] = [:]
  /// Device and file number of the folders between the root and the one being listed.
  private var above: Set<FileIdentity> = []

  /// - Parameter endings: of pictures, lower case; names may be in any case.
  /// - Throws: ``DatasetError`` if the folder cannot be read, or where the disk fails below it.
  package init(of root: BytePath, endings: Set<String>) throws {
    self.root = root
    guard let status = root.status, status.st_mode & S_IFMT == S_IFDIR else {
      throw DatasetError("there is no folder \(root.text): give the folder that holds the pictures.")
    }
    _ = try search(root, name: BytePath(bytes: []), endings: endings)
  }

  private init(root: BytePath) { self.root = root }

  /// The picture's place on the disk.
  package func path(at index: Int) -> BytePath {
    if let name = bytes[index] { return root.appending(name.bytes) }
    return root.appending(files[index])
  }

  /// What lies below one of its folders, given as text (`images/train`; "" is the root), without what was left out
  /// anywhere.
  /// - Parameter keep: whether a picture is wanted, by its path in that folder.
  package func part(_ folder: String, where keep: (String) -> Bool = { _ in true }) -> PictureSearch {
    let prefix = folder.isEmpty ? "" : folder + "/"
    var depth = 0
    for byte in folder.utf8 where byte == UInt8(ascii: "/") { depth += 1 }
    var part: PictureSearch?
    for (index, file) in files.enumerated() where file.hasPrefix(prefix) {
      let name = String(file.dropFirst(prefix.count))
      guard keep(name) else { continue }
      if part == nil {
        // The folder's own name may be no UTF-8 either.
        let names = (bytes[index]?.bytes ?? Array(file.utf8)).split(separator: UInt8(ascii: "/"))
        part = PictureSearch(root: folder.isEmpty ? root : names.prefix(depth + 1).reduce(root) { $0.appending($1) })
      }
      if let raw = bytes[index] {
        let names = raw.bytes.split(separator: UInt8(ascii: "/")).dropFirst(folder.isEmpty ? 0 : depth + 1)
        let place = part?.files.count ?? 0
        part?.bytes[place] = BytePath(bytes: Array(names.joined(separator: [UInt8(ascii: "/")])))
      }
      part?.files.append(name)
    }
    part?.emptyFolders = emptyFolders.filter { $0.hasPrefix(prefix) }.map { String($0.dropFirst(prefix.count)) }
    return part ?? PictureSearch(root: folder.isEmpty ? root : root.appending(folder))
  }

  /// - Returns: whether the folder was looked through.
  private mutating func search(_ folder: BytePath, name: BytePath, endings: Set<String>) throws -> Bool {
    guard let listing = folder.withCPath({ opendir($0) }) else { return try leaveOut(folder: name, code: errno) }
    var isOpen = true
    defer { if isOpen { closedir(listing) } }
    guard let identity = FileIdentity(descriptor: dirfd(listing)) else {
      return try leaveOut(folder: name, code: errno)
    }
    guard above.insert(identity).inserted else {
      leftOut.add(.loop, name.text)
      return false
    }
    defer { above.remove(identity) }
    let entries = try entries(of: listing, name)
    closedir(listing)
    isOpen = false
    // A text beside a picture is its caption.
    var captioned: Set<[UInt8]> = []
    if entries.contains(where: { $0.kind == .file && $0.ending == "txt" }) {
      captioned = Set(entries.lazy.filter { $0.kind == .file && endings.contains($0.ending) }.map { Array($0.stem) })
    }
    for entry in entries {
      let place = name.bytes.isEmpty ? BytePath(bytes: entry.name) : name.appending(entry.name)
      let isHidden = entry.name.first == UInt8(ascii: ".")
      switch entry.kind {
      case .folder where isHidden: leftOut.add(.hiddenFolder, place.text)
      case .folder:
        let before = files.count
        let isListed = try search(folder.appending(entry.name), name: place, endings: endings)
        if isListed, files.count == before { emptyFolders.append(place.text) }
      case .file where !endings.contains(entry.ending):
        guard !isHidden, !(entry.ending == "txt" && captioned.contains(Array(entry.stem))) else { continue }
        leftOut.add(.ending(entry.ending), place.text)
      case .file where isHidden: leftOut.add(.hiddenPicture, place.text)
      case .file:
        if !place.isText { bytes[files.count] = place }
        files.append(place.text)
      case .deadLink: leftOut.add(.deadLink, place.text)
      case .other: leftOut.add(.noFile, place.text)
      }
    }
    return true
  }

  /// Leaves out a folder that this user may not read. One that fails for another reason ends the search: a run must not
  /// train on less.
  private mutating func leaveOut(folder: BytePath, code: Int32) throws -> Bool {
    guard !folder.bytes.isEmpty, [EACCES, EPERM, ENOENT, ELOOP, ENAMETOOLONG].contains(code) else {
      let place = folder.bytes.isEmpty ? root : root.appending(folder.bytes)
      throw DatasetError(
        "the folder \(place.text) cannot be read (\(FileError(code: code))): see to it, then begin again.",
        systemCode: code)
    }
    leftOut.add(.unreadableFolder(FileError(code: code).description), folder.text)
    return false
  }

  private struct Entry {
    enum Kind { case file, folder, deadLink, other }

    var name: [UInt8]
    var kind: Kind

    private var dot: Int? { name.lastIndex(of: UInt8(ascii: ".")) }
    /// Lower case, without the dot.
    var ending: String {
      guard let dot, dot > 0 else { return "" }
      return BytePath(bytes: Array(name[(dot + 1)...])).text.lowercased()
    }
    var stem: ArraySlice<UInt8> { name[..<(dot ?? name.count)] }
  }

  /// What a folder holds, sorted by name. The kind of an entry comes with its name, so that a folder of a million
  /// pictures needs no question about each.
  private func entries(of listing: OpaquePointer, _ folder: BytePath) throws -> [Entry] {
    var entries: [Entry] = []
    while true {
      errno = 0
      guard let entry = readdir(listing) else {
        guard errno == 0 else {
          let error = FileError(code: errno)
          throw DatasetError(
            "the folder \(root.appending(folder.bytes).text) cannot be read to its end (\(error)): see to it, then begin again.",
            systemCode: error.code)
        }
        break
      }
      let name = withUnsafePointer(to: &entry.pointee.d_name) { bytes in
        bytes.withMemoryRebound(to: UInt8.self, capacity: MemoryLayout.size(ofValue: bytes.pointee)) {
          Array(UnsafeBufferPointer(start: $0, count: strlen(UnsafeRawPointer($0).assumingMemoryBound(to: CChar.self))))
        }
      }
      guard name != [UInt8(ascii: ".")], name != [UInt8(ascii: "."), UInt8(ascii: ".")] else { continue }
      switch Int(entry.pointee.d_type) {
      case Int(DT_REG): entries.append(Entry(name: name, kind: .file))
      case Int(DT_DIR): entries.append(Entry(name: name, kind: .folder))
      case Int(DT_LNK), Int(DT_UNKNOWN): entries.append(Entry(name: name, kind: kind(name, in: listing)))
      default: entries.append(Entry(name: name, kind: .other))
      }
    }
    return entries.sorted { $0.name.lexicographicallyPrecedes($1.name) }
  }

  /// Of a link's end, or where the file system does not tell.
  private func kind(_ name: [UInt8], in listing: OpaquePointer) -> Entry.Kind {
    var status = stat()
    guard BytePath(bytes: name).withCPath({ fstatat(dirfd(listing), $0, &status, 0) }) == 0 else { return .deadLink }
    switch status.st_mode & S_IFMT {
    case S_IFDIR: return .folder
    case S_IFREG: return .file
    default: return .other
    }
  }
}

/// Which file it is, whatever names it has.
package struct FileIdentity: Hashable, Sendable {
  let device: UInt64
  let number: UInt64

  package init(_ status: stat) {
    device = UInt64(status.st_dev)
    number = UInt64(status.st_ino)
  }

  init?(descriptor: Int32) {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { return nil }
    self.init(status)
  }
}
