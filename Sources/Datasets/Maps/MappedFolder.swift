import Files
import Foundation

/// Pictures of a folder with a map beside each, or with transparency that says figure from ground.
package struct MappedFolder: MappedPictures, FilePictures {
  package let directory: URL
  package let name: String
  package let mapClasses: [String]
  package let leftOut: LeftOut
  package let files: [Files]
  private let reading: MapReading

  package struct Files: Equatable, Sendable {
    package var name: String
    package var picture: BytePath
    package var map: BytePath
  }

  init(
    directory: URL, name: String, files: [Files], classes: [String], reading: MapReading, leftOut: LeftOut = LeftOut()
  ) {
    self.directory = directory
    self.name = name
    self.files = files
    self.mapClasses = classes
    self.reading = reading
    self.leftOut = leftOut
  }

  package var count: Int { files.count }
  /// The pictures as wholes have no class.
  package var classNames: [String] { [] }
  package func path(at index: Int) -> BytePath { files[index].picture }
  package func picture(at index: Int) throws -> Picture { try decodePicture(at: path(at: index)) { _, _ in 8 }.picture }
  package func classMap(at index: Int) throws -> LabelMap { try reading.map(at: files[index].map) }
  package func label(at index: Int) -> Int? { nil }
  package func caption(at index: Int) -> String? { nil }
  package func itemName(at index: Int) -> String { files[index].name }
}
