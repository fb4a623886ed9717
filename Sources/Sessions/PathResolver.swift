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

  mutating func resolve(_ file: SessionFile) -> SessionFile {
    var file = file
    file.data.path = file.data.path.map { absolute($0, "data.path") }
    file.evals.data.trainPath = file.evals.data.trainPath.map { absolute($0, "evals.data.train_path") }
    file.evals.data.testPath = file.evals.data.testPath.map { absolute($0, "evals.data.test_path") }
    file.health.elsewhere = file.health.elsewhere.map { absolute($0, "health.elsewhere") }
    for index in file.guidance.teachers.indices {
      guard case .path(let path) = file.guidance.teachers[index].weights else { continue }
      let key = "guidance.\(file.guidance.teachers[index].name).weights"
      file.guidance.teachers[index].weights = .path(absolute(path, key))
    }
    return file
  }

  /// The first place where something is; the first place at all where nothing is.
  private mutating func absolute(_ path: String, _ key: String) -> String {
    var folders = [fileFolder, workingDirectory]
    if case .argument? = origins[key] { folders.reverse() }
    var places: [String] = []
    for folder in folders {
      let place = URL(fileURLWithPath: expandingHome(path), relativeTo: folder).standardizedFileURL.path
      if !places.contains(place) { places.append(place) }
    }
    searched[key] = places
    return places.first { FileManager.default.fileExists(atPath: $0) } ?? places.first ?? path
  }
}

/// `~/x` with the home folder in place of `~`.
package func expandingHome(_ path: String) -> String {
  path == "~" || path.hasPrefix("~/")
    ? FileManager.default.homeDirectoryForCurrentUser.path + path.dropFirst() : path
}
