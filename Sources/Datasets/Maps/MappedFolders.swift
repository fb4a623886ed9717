import Files
import Foundation

/// Pictures with maps to learn from and others to be scored on, of one folder or of two, with everything that was found
/// and is not used.
package struct MappedFolders: Sendable {
  package let train: MappedFolder
  package let test: MappedFolder
  /// How the pictures came into the two, in words.
  package let split: String
  package let leftOut: LeftOut

  private static let heldOutEvery = 5

  /// One folder: with parts in it, told by their names, those; else every fifth picture is scored and the others are
  /// learned from.
  /// - Throws: ``DatasetError`` where no picture has a map, or classes and parts cannot be told.
  package init(in folder: URL, _ naming: MapNaming) throws {
    let found = try Pairs(folder, naming)
    var leftOut = found.leftOut
    let roles = Set(found.pairs.compactMap(\.role))
    let scoredRole: SplitRole? = roles.contains(.validation) ? .validation : roles.contains(.test) ? .test : nil
    let learned: [Pairs.Pair]
    let scored: [Pairs.Pair]
    if let scoredRole, roles.contains(.train) {
      learned = found.pairs.filter { $0.role == .train }
      scored = found.pairs.filter { $0.role == scoredRole }
      for pair in found.pairs where pair.role != .train && pair.role != scoredRole {
        leftOut.add(.part(pair.role?.rawValue ?? "no part"), pair.item.name)
      }
      split = "by the folders for \(SplitRole.train.rawValue) and \(scoredRole.rawValue)"
    } else {
      learned = found.pairs.enumerated().filter { ($0.offset + 1) % Self.heldOutEvery != 0 }.map(\.element)
      scored = found.pairs.enumerated().filter { ($0.offset + 1) % Self.heldOutEvery == 0 }.map(\.element)
      split = "automatically, every fifth picture in the order of the names is scored on (20%, no seed)"
    }
    guard !scored.isEmpty else {
      throw DatasetError(
        "\(folder.path) has \(found.pairs.count) pictures with a map, too few to keep some apart for scoring: add pictures, or give "
          + "folders train and val in it.")
    }
    let place = Self.folder(of: folder)
    let (reading, classes) = try naming.reading(in: BytePath(place.path), maps: found.pairs.map(\.item.map))
    self.leftOut = leftOut
    train = MappedFolder(
      directory: place, name: folder.path, items: learned.map(\.item), classes: classes, reading: reading,
      leftOut: leftOut)
    test = MappedFolder(
      directory: place, name: folder.path, items: scored.map(\.item), classes: classes, reading: reading)
  }

  /// Two folders: the classes are those of the first.
  package init(train: URL, test: URL, _ naming: MapNaming) throws {
    let (learned, scored) = (try Pairs(train, naming), try Pairs(test, naming))
    let maps = (learned.pairs + scored.pairs).map(\.item.map)
    let (reading, classes) = try naming.reading(in: BytePath(Self.folder(of: train).path), maps: maps)
    var leftOut = learned.leftOut
    leftOut.add(scored.leftOut)
    self.leftOut = leftOut
    self.train = MappedFolder(
      directory: Self.folder(of: train), name: train.path, items: learned.pairs.map(\.item), classes: classes,
      reading: reading,
      leftOut: leftOut)
    self.test = MappedFolder(
      directory: Self.folder(of: test), name: test.path, items: scored.pairs.map(\.item), classes: classes,
      reading: reading)
    split = "by the two folders that were named"
  }

  /// What the names of pictures are relative to: the folder itself, or that in which the list lies.
  private static func folder(of place: URL) -> URL {
    var isFolder: ObjCBool = true
    _ = FileManager.default.fileExists(atPath: place.path, isDirectory: &isFolder)
    return isFolder.boolValue ? place : place.deletingLastPathComponent()
  }

  /// The pictures of a folder, or of a list, that have a map.
  private struct Pairs {
    struct Pair {
      var item: MappedFolder.Item
      var role: SplitRole?
    }

    var pairs: [Pair]
    var leftOut: LeftOut

    private init(_ data: PackedData) throws {
      leftOut = data.leftOut
      pairs = []
      for item in data.items {
        guard let map = item.map else {
          leftOut.add(.unmapped, item.name)
          continue
        }
        let (picture, path) = (data.files[item.file].path, data.files[map].path)
        let folder = data.place.folder.text + "/"
        let name = path.text.hasPrefix(folder) ? String(path.text.dropFirst(folder.count)) : path.text
        pairs.append(Pair(item: .init(name: item.name, picture: picture, map: path, mapName: name), role: item.role))
      }
      guard pairs.isEmpty else { return }
      throw DatasetError(
        "\(data.place.text) names no map of any picture: a list (.csv, .jsonl) names them in a column mask.")
    }

    init(_ place: URL, _ naming: MapNaming) throws {
      switch try FoundData(at: place) {
      case .packed(let data): try self.init(data)
      case .pictures(let search): try self.init(search, place, naming)
      }
    }

    private init(_ search: PictureSearch, _ folder: URL, _ naming: MapNaming) throws {
      leftOut = search.leftOut
      if naming.kind == .transparency {
        pairs = []
        for (index, name) in search.files.enumerated() {
          guard name.lowercased().hasSuffix(".png") else {
            leftOut.add(.opaque, name)
            continue
          }
          let path = search.path(at: index)
          let role = name.split(separator: "/").dropLast().lazy.compactMap { SplitRole(folderName: String($0)) }.first
          pairs.append(Pair(item: .init(name: name, picture: path, map: path, mapName: name), role: role))
        }
      } else {
        let pairing = MapPairing(files: search.files)
        leftOut.add(pairing.leftOut)
        pairs = pairing.pairs.map {
          Pair(
            item: .init(
              name: search.files[$0.picture], picture: search.path(at: $0.picture), map: search.path(at: $0.map),
              mapName: search.files[$0.map]),
            role: $0.role)
        }
      }
      guard pairs.isEmpty else { return }
      let others = leftOut.isWorrying ? " (left out: \(leftOut.words.joined(separator: "; ")))" : ""
      throw DatasetError(
        naming.kind == .transparency
          ? "\(folder.path) has no PNG pictures, whose transparency would say figure from ground\(others)."
          : "\(folder.path) has no picture with a map\(others): put PNG maps of the same names into a folder masks or annotations beside "
            + "the pictures, or NAME_mask.png beside NAME.jpg, or set segment.maps to transparency.")
    }
  }
}
