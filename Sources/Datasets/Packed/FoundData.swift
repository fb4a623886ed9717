import Files
import Foundation

/// What lies at a place that was given as data: pictures as files, or in other forms.
package enum FoundData: Sendable {
  case pictures(PictureSearch)
  case packed(PackedData)

  /// - Throws: ``DatasetError`` where there is nothing, or nothing that can be read.
  package init(at place: URL) throws {
    let path = BytePath(place.path)
    if let status = path.status, status.st_mode & S_IFMT == S_IFREG {
      self = .packed(try PackedData(file: path))
      return
    }
    let search = try PictureSearch(of: path, endings: Set(ImageFolderSource.extensions))
    // One stray picture does not make a folder of shards one of pictures.
    if search.files.count <= 1, let packed = try PackedData(folder: path) {
      self = .packed(packed)
    } else {
      self = .pictures(search)
    }
  }
}

/// The pictures at a place, whatever form they are in, to be learned from: of parts that a file names, the one for
/// that.
/// - Parameters:
///   - labelled: as ``ImageFolderSource`` has it.
///   - everything: takes all parts.
/// - Throws: ``DatasetError`` where there are none.
package func openedPictures(
  at place: URL, labelled: Bool? = nil, everything: Bool = false
) throws -> any PictureSource {
  switch try FoundData(at: place) {
  case .pictures(let search):
    try ImageFolderSource(search, directory: place, labelled: labelled, leftOut: search.leftOut)
  case .packed(let data): everything ? data.allPictures() : data.trainingPictures()
  }
}
