/// The folders that hold pictures, each with those in it.
struct FolderTree: Equatable, Sendable {
  /// Relative to where the search began; "" there.
  var path: String
  /// Pictures in the folder itself.
  var direct = 0
  /// Folders with pictures in them or below them, by name.
  var folders: [FolderTree] = []

  private static let shareOfStrays = 50

  var name: String { path.split(separator: "/").last.map(String.init) ?? "" }
  /// Pictures in it and below it.
  var total: Int { folders.reduce(direct) { $0 + $1.total } }
  /// Whether its pictures lie in two or more folders and nowhere else, but for strays.
  var hasClasses: Bool { folders.count > 1 && hasStraysAlone }
  /// Whether so few pictures lie in it beside folders that they do not say what it is.
  var hasStraysAlone: Bool { direct == 0 || !folders.isEmpty && (direct == 1 || direct * Self.shareOfStrays <= total) }
  var names: [String] { folders.map(\.name) }

  /// - Parameter files: paths of pictures; those of a folder stand together.
  init(files: [String]) {
    self.init(path: "")
    var last: Substring?
    var count = 0
    for file in files {
      let folder = file.utf8.lastIndex(of: UInt8(ascii: "/")).map { file[..<$0] } ?? ""
      if let known = last, known != folder {
        add(count, at: known.split(separator: "/").map(String.init))
        count = 0
      }
      last = folder
      count += 1
    }
    if let last { add(count, at: last.split(separator: "/").map(String.init)) }
  }

  private init(path: String) { self.path = path }

  private mutating func add(_ count: Int, at names: [String]) {
    guard let first = names.first else {
      direct += count
      return
    }
    let index =
      folders.firstIndex { $0.name == first }
      ?? {
        folders.append(FolderTree(path: path.isEmpty ? first : path + "/" + first))
        return folders.count - 1
      }()
    folders[index].add(count, at: Array(names.dropFirst()))
  }
}
