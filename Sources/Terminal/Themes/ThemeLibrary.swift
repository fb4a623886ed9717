import Canvas
import Files
import Foundation

/// Finds themes by name: in the user's folder, then in the workbench's, then in the program itself (`default` and
/// `light` alone).
package struct ThemeLibrary: Sendable {
  /// Folders that are searched, first to last.
  package let folders: [String]

  package init(folders: [String]) {
    self.folders = folders
  }

  /// - Parameters:
  ///   - environment: `XDG_CONFIG_HOME` or `HOME` leads to the user's folder, `MVP_THEMES` names the workbench's.
  ///   - directory: `--themes`, in place of `MVP_THEMES`.
  ///   - workingDirectory: Its `themes` is taken where neither names one.
  ///   - executable: Path of the program; `themes` in one of the folders above it is taken last.
  package init(
    environment: [String: String], directory: String? = nil, workingDirectory: String, executable: String? = nil
  ) {
    var folders: [String] = []
    let home = environment["HOME"].flatMap { $0.isEmpty ? nil : $0 + "/.config" }
    if let config = environment["XDG_CONFIG_HOME"].flatMap({ $0.hasPrefix("/") ? $0 : nil }) ?? home {
      folders.append(config + "/mvp/themes")
    }
    if let directory = directory ?? environment["MVP_THEMES"].flatMap({ $0.isEmpty ? nil : $0 }) {
      folders.append((try? expandingHome(directory, environment: environment)) ?? directory)
    } else {
      folders.append(workingDirectory + "/themes")
      if let found = executable.flatMap(Self.folderAbove) { folders.append(found) }
    }
    self.folders = folders
  }

  /// A build puts the program a few folders below the project.
  private static func folderAbove(_ executable: String) -> String? {
    var folder = URL(fileURLWithPath: executable).deletingLastPathComponent()
    for _ in 0..<5 {
      let themes = folder.appendingPathComponent("themes").path
      if FileManager.default.fileExists(atPath: themes + "/default.yaml") { return themes }
      folder = folder.deletingLastPathComponent()
    }
    return nil
  }

  /// Names of all themes that can be found, sorted.
  package var names: [String] {
    var names = Set(Theme.builtInYAML.keys)
    for folder in folders {
      for file in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [] where file.hasSuffix(".yaml") {
        names.insert(String(file.dropLast(5)))
      }
    }
    return names.sorted()
  }

  /// A theme by its name, or by the path of its file, whose letters can be read.
  /// - Parameter ground: The terminal's background, where it has told it.
  package func theme(named name: String, on ground: Theme.Ground? = nil) throws -> Theme {
    let theme = try load(name)
    if let problem = theme.illegibility(on: ground) { throw ThemeError("Theme \"\(name)\": \(problem).") }
    return theme
  }

  private func load(_ name: String) throws -> Theme {
    if name.contains("/") || name.hasSuffix(".yaml") {
      var seen: Set<String> = [name]
      return try read(name, seen: &seen)
    }
    var seen: Set<String> = []
    if let theme = try find(name, seen: &seen) { return theme }
    throw ThemeError(
      "No theme is called \"\(name)\" in \(folders.joined(separator: " or ")), found are "
        + names.joined(separator: ", ") + meaning(of: name, among: names))
  }

  /// A file that was read already is passed over, so that a theme can build on another of its own name.
  private func find(_ name: String, seen: inout Set<String>) throws -> Theme? {
    for folder in folders {
      let path = "\(folder)/\(name).yaml"
      if !seen.contains(path), FileManager.default.fileExists(atPath: path) {
        seen.insert(path)
        return try read(path, seen: &seen)
      }
    }
    guard let yaml = Theme.builtInYAML[name] else { return nil }
    return try Theme(yaml: yaml, file: "built-in theme") { $0 == name ? nil : try find($0, seen: &seen) }
  }

  private func read(_ path: String, seen: inout Set<String>) throws -> Theme {
    let data: Data
    do {
      data = try RegularFile.read(path, limit: YAMLLimits.bytes)
    } catch {
      throw ThemeError("\(path) \(error).")
    }
    guard let text = String(data: data, encoding: .utf8) else {
      throw ThemeError("\(path) cannot be read as a text file in UTF-8.")
    }
    var theme = try Theme(yaml: text, file: path) { try find($0, seen: &seen) }
    if theme.name.isEmpty { theme.name = URL(fileURLWithPath: path).deletingPathExtension().lastPathComponent }
    return theme
  }
}
