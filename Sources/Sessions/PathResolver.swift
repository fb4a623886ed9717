import Files
import Foundation

/// Makes the paths of a session absolute and remembers where each was looked for.
struct PathResolver {
  let fileFolder: URL
  let workingDirectory: URL
  let origins: [String: SettingNode.Origin]
  private(set) var searched: [String: [String]] = [:]

  init(fileFolder: URL, workingDirectory: URL, origins: [String: SettingNode.Origin]) {
    self.fileFolder = fileFolder
    self.workingDirectory = workingDirectory
    self.origins = origins
  }

  mutating func resolve(_ file: SessionFile) throws -> SessionFile {
    var file = file
    file.data.path = try file.data.path.map { try absolute($0, "data.path") }
    file.evals.data.path = try file.evals.data.path.map { try absolute($0, "evals.data.path") }
    file.evals.data.trainPath = try file.evals.data.trainPath.map { try absolute($0, "evals.data.train_path") }
    file.evals.data.testPath = try file.evals.data.testPath.map { try absolute($0, "evals.data.test_path") }
    for index in file.evals.sets.indices {
      let key = file.evals.sets[index].keyPath
      var data = file.evals.sets[index].data
      data.path = try data.path.map { try absolute($0, "\(key).path") }
      data.trainPath = try data.trainPath.map { try absolute($0, "\(key).train_path") }
      data.testPath = try data.testPath.map { try absolute($0, "\(key).test_path") }
      file.evals.sets[index].data = data
    }
    file.health.elsewhere = try file.health.elsewhere.map { try absolute($0, "health.elsewhere") }
    file.teach.output = try file.teach.output.map { try absolute($0, "teach.output") }
    file.teach.teacher = try file.teach.teacher.map {
      TeachSettings.shippedTeachers.contains($0) ? $0 : try absolute($0, "teach.teacher")
    }
    if file.task.isTuning {
      // Of one folder that is named once, whichever key names it.
      if origins["data.path"] == nil {
        file.data.path = file.evals.data.path ?? file.evals.data.trainPath
      } else if origins["evals.data.path"] == nil, file.evals.data.path != nil {
        file.evals.data.path = file.data.path
      }
    }
    file.finetune.from = try file.finetune.from.map { try weights($0, "finetune.from") }
    if let from = file.student.weights, !from.hasPrefix("run:") {
      file.student.weights = try weights(from, "student.weights")
    }
    file.segment.from = try file.segment.from.map { try weights($0, "segment.from") }
    for index in file.guidance.teachers.indices {
      guard case .path(let path) = file.guidance.teachers[index].weights else { continue }
      let key = "guidance.\(file.guidance.teachers[index].name).weights"
      file.guidance.teachers[index].weights = .path(try absolute(path, key))
    }
    return file
  }

  /// What is no path names a run.
  private mutating func weights(_ from: String, _ key: String) throws -> String {
    let path = try absolute(from, key)
    return holdsWeights(path) ? path : from
  }

  /// The first place where something is; the first place at all where nothing is.
  private mutating func absolute(_ path: String, _ key: String) throws -> String {
    let path = try expandingHome(path, of: key)
    var folders = [fileFolder, workingDirectory]
    if case .argument? = origins[key] { folders.reverse() }
    var places: [String] = []
    for folder in folders {
      let place = URL(fileURLWithPath: path, relativeTo: folder).standardizedFileURL.path
      if !places.contains(place) { places.append(place) }
    }
    searched[key] = places
    return places.first { FileManager.default.fileExists(atPath: $0) } ?? places.first ?? path
  }
}

/// A path of a session with the home folder in place of `~`.
func expandingHome(_ path: String, of key: String) throws -> String {
  do {
    return try expandingHome(path)
  } catch {
    throw SessionError(.missingInput, keyPath: key, "\(key): \(error)")
  }
}

/// Whether a path is a file, or a folder with weights in it: a session's own folder is neither.
package func holdsWeights(_ path: String) -> Bool {
  var isFolder: ObjCBool = false
  guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else { return false }
  guard isFolder.boolValue else { return true }
  let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
  return names.contains { name in
    [".safetensors", ".safetensors.index.json", ".pth", ".pth.tar", ".pt", ".bin", ".bin.index.json"].contains {
      name.hasSuffix($0)
    }
  }
}
