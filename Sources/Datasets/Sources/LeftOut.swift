/// What was found in a folder and is not used, by reason: how often, and the first names.
package struct LeftOut: Equatable, Sendable {
  package enum Reason: Hashable, Sendable {
    /// Files of another ending, lower case without the dot; "" for files without one.
    case ending(String)
    case hiddenPicture
    case hiddenFolder
    case deadLink
    /// A link to a folder above, which would never end.
    case loop
    /// With the system's words.
    case unreadableFolder(String)
    /// A pipe, a socket or a device.
    case noFile
    /// Pictures beside class directories.
    case unclassed
    /// Class directories in which no picture is.
    case emptyClass
    /// Pictures of a part of the data that is not used.
    case part(String)
    /// Pictures of a part that a file names and that is not for this.
    case keptApart(String)
    /// Pictures without a map of their pixels' classes.
    case unmapped
    /// Maps without a picture.
    case unpictured
    /// Maps that are no PNG, whose numbers are not those that were written.
    case lossyMap
    /// Pictures of a kind that has no transparency.
    case opaque
    /// Pictures without a label, where labels are needed.
    case unlabelled
    /// Files of pictures beside which the file of their labels is missing.
    case withoutLabels
    /// Samples of a shard in which no picture is.
    case sampleWithoutPicture
    /// Second pictures of a sample.
    case furtherPicture
    /// Shards that end before they should; what goes before is used.
    case cutShard
    /// Shards that cannot be read, with the reason.
    case brokenShard(String)
    /// Lines that do not name a picture, and notes that cannot be read.
    case badRow
    /// Files that a list names and that are not there.
    case missing
  }

  package struct Group: Equatable, Sendable {
    package let reason: Reason
    package internal(set) var count: Int
    package internal(set) var names: [String]
  }

  /// In the order in which the reasons came up.
  package private(set) var groups: [Group] = []

  private static let mostNames = 3
  private static let mostEndings = 4

  package init() {}

  package var count: Int { groups.reduce(0) { $0 + $1.count } }
  package var isEmpty: Bool { groups.isEmpty }

  package mutating func add(_ reason: Reason, _ name: String, count: Int = 1) {
    if let index = groups.firstIndex(where: { $0.reason == reason }) {
      groups[index].count += count
      if groups[index].names.count < Self.mostNames { groups[index].names.append(name) }
    } else {
      groups.append(Group(reason: reason, count: count, names: [name]))
    }
  }

  package mutating func add(_ other: LeftOut) {
    for group in other.groups {
      if let index = groups.firstIndex(where: { $0.reason == group.reason }) {
        groups[index].count += group.count
        groups[index].names += group.names.prefix(Self.mostNames - groups[index].names.count)
      } else {
        groups.append(group)
      }
    }
  }

  /// Takes one back that is used after all.
  mutating func takeBack(_ reason: Reason, _ name: String) {
    guard let index = groups.firstIndex(where: { $0.reason == reason }) else { return }
    groups[index].count -= 1
    groups[index].names.removeAll { $0 == name }
    if groups[index].count == 0 { groups.remove(at: index) }
  }

  /// The first names of a reason, as people read them.
  func names(of reason: Reason) -> String {
    guard let group = groups.first(where: { $0.reason == reason }) else { return "" }
    return group.names.joined(separator: ", ") + (group.count > group.names.count ? ", ..." : "")
  }

  /// The same with `prefix` before every name.
  func below(_ prefix: String) -> LeftOut {
    var moved = self
    for index in moved.groups.indices { moved.groups[index].names = moved.groups[index].names.map { prefix + $0 } }
    return moved
  }

  /// Whether there are pictures among it, or may be: notes and tables beside pictures are nothing to worry about.
  package var isWorrying: Bool {
    groups.contains { group in
      if case .ending(let ending) = group.reason { return Self.pictureEndings.contains(ending) }
      if case .keptApart = group.reason { return false }
      return group.reason != .hiddenFolder
    }
  }

  /// `3 files .webp (a.webp, b.webp, ...)`, one for each reason; of other endings than pictures have, the most frequent
  /// ones.
  package var words: [String] {
    func isHarmless(_ group: Group) -> Bool {
      if case .ending(let ending) = group.reason { return !Self.pictureEndings.contains(ending) }
      return false
    }
    let harmless = groups.filter(isHarmless).sorted { $0.count > $1.count }
    var words = (groups.filter { !isHarmless($0) } + harmless.prefix(Self.mostEndings)).map(\.words)
    let rest = harmless.dropFirst(Self.mostEndings)
    if !rest.isEmpty { words.append("\(rest.reduce(0) { $0 + $1.count }) files of \(rest.count) other endings") }
    return words
  }

  /// Endings of pictures that are not decoded.
  private static let pictureEndings: Set<String> = [
    "", "bmp", "gif", "heic", "heif", "avif", "jp2", "jxl", "ppm", "pgm", "pnm", "tga", "exr", "dcm", "raw", "cr2",
    "nef", "dng", "psd", "ico",
  ]
}

extension LeftOut.Group {
  /// `2 links to nowhere (cat, dog)`
  package var words: String {
    let shown = names.joined(separator: ", ") + (count > names.count ? ", ..." : "")
    func said(_ one: String, _ many: String) -> String { "\(count) \(count == 1 ? one : many) (\(shown))" }
    switch reason {
    case .ending(""): return said("file without an ending", "files without an ending")
    case .ending(let ending): return said("file .\(ending)", "files .\(ending)")
    case .hiddenPicture: return said("hidden picture", "hidden pictures")
    case .hiddenFolder: return said("hidden folder", "hidden folders")
    case .deadLink: return said("link to nowhere", "links to nowhere")
    case .loop: return said("link to a folder above itself", "links to folders above themselves")
    case .unreadableFolder(let why):
      return said("folder that cannot be read: \(why)", "folders that cannot be read: \(why)")
    case .noFile: return said("pipe, socket or device", "pipes, sockets or devices")
    case .unclassed: return said("picture in no class directory", "pictures in no class directory")
    case .emptyClass: return said("class directory without pictures", "class directories without pictures")
    case .unmapped: return said("picture without a map", "pictures without a map")
    case .unpictured: return said("map without a picture", "maps without a picture")
    case .lossyMap: return said("map that is no PNG", "maps that are no PNG")
    case .unlabelled: return said("picture without a label", "pictures without a label")
    case .withoutLabels: return said("file without its labels", "files without their labels")
    case .sampleWithoutPicture: return said("sample without a picture", "samples without a picture")
    case .furtherPicture: return said("further picture of a sample", "further pictures of samples")
    case .cutShard: return said("shard that is cut short", "shards that are cut short")
    case .brokenShard(let why): return said("shard that cannot be read: \(why)", "shards that cannot be read: \(why)")
    case .badRow: return said("line that cannot be read", "lines that cannot be read")
    case .missing: return said("file that is not there", "files that are not there")
    case .opaque: return said("picture that can have no transparency", "pictures that can have no transparency")
    case .part(let name), .keptApart(let name):
      return "\(count) \(count == 1 ? "picture" : "pictures") of \(name) (\(shown))"
    }
  }
}
