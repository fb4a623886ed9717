import Foundation

/// Paths, relative to `root`, of the files below it whose names end in one of `extensions` (lower case; names may be in any case).
///
/// Names that begin with a dot are passed over. Links are followed, but not into a folder that is already being looked through. The
/// order is that of the names at each level, by their bytes, whatever order the file system keeps.
func pictureFiles(below root: String, extensions: Set<String>) -> [String] {
  var found: [String] = []
  /// Real paths of the folders between the root and the one being listed.
  var ancestors: Set<String> = []

  func search(_ folder: String, prefix: String) {
    let realPath = URL(fileURLWithPath: folder, isDirectory: true).resolvingSymlinksInPath().path
    guard ancestors.insert(realPath).inserted else { return }
    for entry in visibleEntries(of: folder) {
      if entry.isFolder {
        search(folder + "/" + entry.name, prefix: prefix + entry.name + "/")
      } else if let dot = entry.name.lastIndex(of: "."),
        extensions.contains(entry.name[entry.name.index(after: dot)...].lowercased())
      {
        found.append(prefix + entry.name)
      }
    }
    ancestors.remove(realPath)
  }

  search(root, prefix: "")
  return found
}

/// What a folder holds, sorted by name; nothing where it cannot be read. The kind of an entry comes with its name, so that a folder
/// of a million pictures needs no question about each.
private func visibleEntries(of folder: String) -> [(name: String, isFolder: Bool)] {
  guard let listing = opendir(folder) else { return [] }
  defer { closedir(listing) }
  var entries: [(name: String, isFolder: Bool)] = []
  while let entry = readdir(listing) {
    let name = withUnsafePointer(to: &entry.pointee.d_name) { bytes in
      bytes.withMemoryRebound(to: CChar.self, capacity: MemoryLayout.size(ofValue: bytes.pointee)) {
        String(cString: $0)
      }
    }
    guard !name.hasPrefix(".") else { continue }
    switch Int(entry.pointee.d_type) {
    case Int(DT_REG): entries.append((name, false))
    case Int(DT_DIR): entries.append((name, true))
    default:  // a link, or a file system that does not tell
      var isFolder: ObjCBool = false
      if FileManager.default.fileExists(atPath: folder + "/" + name, isDirectory: &isFolder) {
        entries.append((name, isFolder.boolValue))
      }
    }
  }
  return entries.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
}
