import Files
import Foundation
import Recipe

/// What a person says of the maps in a folder.
package struct MapNaming: Equatable, Sendable {
  package var kind: MapKind
  /// nil: as many as the folder's list of names has, or else as the maps show.
  package var classes: Int?
  /// Whether 0 stands for no class; nil: it does where the folder is ADE20K's.
  package var reducesZero: Bool?

  package init(kind: MapKind = .masks, classes: Int? = nil, reducesZero: Bool? = nil) {
    self.kind = kind
    self.classes = classes
    self.reducesZero = reducesZero
  }

  /// ADE20K's list of classes, which no other data set has.
  private static let ade20k = "objectInfo150.txt"
  /// One name a line.
  private static let list = "classes.txt"
  private static let mostBytes = 1 << 20
  private static let figure = ["ground", "figure"]

  /// - Parameter maps: looked at where nothing else says how many classes there are.
  /// - Throws: ``DatasetError`` where the classes cannot be told, or are fewer than two.
  func reading(in folder: BytePath, maps: [BytePath]) throws -> (reading: MapReading, classes: [String]) {
    guard kind == .masks else { return (MapReading(content: .opacity, classes: 2), Self.figure) }
    let names = Self.names(in: folder)
    let isADE20K = folder.appending(Self.ade20k).status != nil
    var reading = MapReading(content: .numbers, reducesZero: reducesZero ?? isADE20K, classes: 0)
    if let wanted = classes {
      reading.classes = wanted
    } else if !names.isEmpty {
      reading.classes = names.count
    } else {
      let seen = Self.values(of: maps)
      reading.isBinary = reducesZero != true && seen == [0, 255]
      let highest = seen.last { $0 != 255 } ?? 0
      reading.classes = reading.isBinary ? 2 : reading.reducesZero ? highest : highest + 1
    }
    guard reading.classes > 1 else {
      throw DatasetError(
        "the maps in \(folder.text) show \(reading.classes) class\(reading.classes == 1 ? "" : "es"), and any answer would be right: give "
          + "maps of two or more, or their number as segment.classes.")
    }
    guard names.isEmpty || names.count == reading.classes else {
      throw DatasetError(
        "\(folder.text) names \(names.count) classes, and segment.classes is \(reading.classes): give one of them.")
    }
    if !names.isEmpty { return (reading, names) }
    if reading.isBinary { return (reading, Self.figure) }
    return (reading, (0..<reading.classes).map { "class \(reading.reducesZero ? $0 + 1 : $0)" })
  }

  private static func names(in folder: BytePath) -> [String] {
    func lines(_ file: String) -> [Substring]? {
      (try? RegularFile.read(folder.appending(file), limit: mostBytes)).flatMap { String(data: $0, encoding: .utf8) }?
        .split(whereSeparator: \.isNewline)
    }
    if let lines = lines(ade20k) {
      // The first word of the last column, behind a line of titles: `wall` of `wall`, `building, edifice`.
      return lines.dropFirst().map { line in
        let last = line.split(separator: "\t").last ?? line
        return (last.split(separator: ",").first ?? last).trimmingCharacters(in: .whitespaces)
      }
    }
    return (lines(list) ?? []).map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
  }

  /// The numbers that there are, rising; maps that cannot be read are found when they are learned from.
  private static func values(of maps: [BytePath]) -> [Int] {
    var seen = [Bool](repeating: false, count: 256)
    for path in maps {
      guard let map = try? decodeMap(at: path, .numbers) else { continue }
      for (value, count) in map.histogram.enumerated() where count > 0 { seen[value] = true }
    }
    return seen.indices.filter { seen[$0] }
  }
}
