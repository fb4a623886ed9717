import Files
import Foundation

/// Pictures of a folder with a map beside each, or with transparency that says figure from ground.
package struct MappedFolder: MappedPictures, FilePictures {
  package let directory: URL
  package let name: String
  package let mapClasses: [String]
  package let leftOut: LeftOut
  package let items: [Item]
  private let reading: MapReading
  package private(set) var channels = 3

  package struct Item: Equatable, Sendable {
    package var name: String
    package var picture: BytePath
    package var map: BytePath
    /// Of the map, in the folder.
    package var mapName: String
  }

  init(
    directory: URL, name: String, items: [Item], classes: [String], reading: MapReading, leftOut: LeftOut = LeftOut()
  ) {
    self.directory = directory
    self.name = name
    self.items = items
    self.mapClasses = classes
    self.reading = reading
    self.leftOut = leftOut
  }

  package func with(channels: Int) -> Self {
    var same = self
    same.channels = channels
    return same
  }

  package var count: Int { items.count }
  /// All files that pictures and maps come from, in the folder.
  package var fileNames: [String] {
    items.map(\.name) + items.lazy.filter { $0.map != $0.picture }.map(\.mapName)
  }
  /// The same files as they are found.
  package var filePaths: [BytePath] {
    items.map(\.picture) + items.lazy.filter { $0.map != $0.picture }.map(\.map)
  }
  /// The pictures as wholes have no class.
  package var classNames: [String] { [] }
  package func path(at index: Int) -> BytePath { items[index].picture }
  package func picture(at index: Int) throws -> Picture {
    try decodePicture(at: path(at: index), channels: channels) { _, _ in 8 }.picture
  }

  package func classMap(at index: Int) throws -> LabelMap { try reading.map(at: items[index].map) }
  package func label(at index: Int) -> Int? { nil }
  package func caption(at index: Int) -> String? { nil }
  package func itemName(at index: Int) -> String { items[index].name }
  package func stored(at index: Int) -> StoredPicture? { StoredPicture(path(at: index)) }
}
