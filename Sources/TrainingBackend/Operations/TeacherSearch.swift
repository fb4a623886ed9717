import Foundation
import Models
import Recipe
import Tensors

/// A teacher's weights for a session that is being written.
package struct FoundTeacher: Equatable, Sendable {
  package let path: URL
  /// The key that a session has for it: `clip`, `dino`, or `teacher`.
  package let name: String
  /// One line: what was recognised.
  package let report: String

  /// - Throws: `CheckpointError` where the weights are no image model.
  package init(at path: URL, grid: PlaneSize) throws {
    let vision = try loadVision(from: path, device: CPUDevice(), grid: grid)
    self.path = path
    report = vision.report
    name =
      switch vision.family {
      case .clip: "clip"
      case .dino, .dinov2, .dinov3: "dino"
      case .siglip, .eva, .tips, .ijepa, .beit, .vit, .mae, .deit, .mvp: "teacher"
      }
  }

  /// Folders that are looked into in one place, and bytes of weights that are read to see what they are.
  private static let mostFolders = 500
  private static let mostBytes = 2_000_000_000

  /// The first teacher in one of these folders: a folder of its own with `config.json` and safetensors in it.
  package static func search(in places: [URL], grid: PlaneSize) -> FoundTeacher? {
    for place in places {
      let names = (try? FileManager.default.contentsOfDirectory(atPath: place.path)) ?? []
      for name in names.sorted().prefix(mostFolders) where !name.hasPrefix(".") {
        let folder = place.appendingPathComponent(name, isDirectory: true)
        let files = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        let weights = files.filter { $0.hasSuffix(".safetensors") }
        guard files.contains("config.json"), !weights.isEmpty, bytes(of: weights, in: folder) <= mostBytes,
          let teacher = try? FoundTeacher(at: folder, grid: grid)
        else { continue }
        return teacher
      }
    }
    return nil
  }

  private static func bytes(of files: [String], in folder: URL) -> Int {
    files.reduce(0) { sum, file in
      let size = try? folder.appendingPathComponent(file).resourceValues(forKeys: [.fileSizeKey]).fileSize
      return sum + (size ?? 0)
    }
  }
}
