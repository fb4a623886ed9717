import Datasets
import Evaluation
import Foundation

extension EvaluationData {
  /// Two folders of class directories, the second numbered as the first.
  init(train: URL, test: URL) throws {
    let known = try ImageFolderSource(directory: train, labelled: true)
    self.init(
      train: known, test: try ImageFolderSource(directory: test, labelled: true, classNames: known.classNames))
  }

  /// One folder: with `train` and `val`, `validation` or `test` in it, those; else its class directories, of each of which every
  /// fifth picture is scored and the others are learned from.
  init(folder: URL) throws {
    func subfolder(_ name: String) -> URL? {
      let url = folder.appendingPathComponent(name, isDirectory: true)
      var isDirectory: ObjCBool = false
      let exists = FileManager.default.fileExists(atPath: url.path, isDirectory: &isDirectory)
      return exists && isDirectory.boolValue ? url : nil
    }
    if let train = subfolder("train"), let test = ["val", "validation", "test"].lazy.compactMap(subfolder).first {
      try self.init(train: train, test: test)
      return
    }
    let all = try ImageFolderSource(directory: folder, labelled: true)
    var places = [Int](repeating: 0, count: all.classNames.count)
    var (learned, scored): ([Int], [Int]) = ([], [])
    for index in 0..<all.count {
      let label = all.label(at: index) ?? 0
      places[label] += 1
      if places[label] % Self.heldOutEvery == 0 { scored.append(index) } else { learned.append(index) }
    }
    guard !scored.isEmpty else {
      throw BackendError(
        "\(folder.path) has fewer than \(Self.heldOutEvery) pictures in each of its classes, too few to keep some apart for scoring: "
          + "add pictures, or give folders train and val in it.")
    }
    self.init(
      train: PictureSubset(all, indices: learned, name: "\(folder.path), four of five"),
      test: PictureSubset(all, indices: scored, name: "\(folder.path), every fifth"))
  }

  private static let heldOutEvery = 5
}
