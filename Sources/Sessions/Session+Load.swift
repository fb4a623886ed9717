import Files
import Foundation
import RunEvents

/// Finds, reads and checks a session.
///
/// A bare name (`demo`) is `NAME.yaml` in the sessions directory, else a built-in preset of that name; anything with a
/// slash or ending in `.yaml` is a path. Relative paths inside the file are taken from the file's folder, else from the
/// working directory; those given with `--set` the other way round; `~` is the home folder. A built-in preset counts as
/// standing in the sessions directory.
///
/// - Parameters:
///   - nameOrPath: `demo` or `x.yaml`.
///   - sessionsDirectory: where session files stand and runs write.
///   - overrides: `KEY.PATH=VALUE`, as given with `--set`.
///   - evaluations: the kinds of evaluation that a session may name, with their options; nil: any.
///   - workingDirectory: what relative paths on the command line are relative to.
/// - Throws: ``SessionError``.
package func loadSession(
  _ nameOrPath: String, sessionsDirectory: URL, overrides: [String] = [],
  evaluations: [EvaluationDescription]? = nil,
  workingDirectory: URL = URL(fileURLWithPath: FileManager.default.currentDirectoryPath, isDirectory: true)
) throws -> Session {
  let found = try findSession(nameOrPath, sessionsDirectory: sessionsDirectory, workingDirectory: workingDirectory)
  let (file, origins) = try SessionFile.read(
    yaml: found.text, file: found.display, overrides: overrides, evaluations: evaluations)
  let plain =
    overrides.isEmpty ? file : try? SessionFile(yaml: found.text, file: found.display, evaluations: evaluations)
  var resolver = PathResolver(fileFolder: found.folder, workingDirectory: workingDirectory, origins: origins)
  return Session(
    name: found.name, source: found.display, settings: try resolver.resolve(file),
    directory: sessionsDirectory.appendingPathComponent(found.name, isDirectory: true), searched: resolver.searched,
    file: plain)
}

/// A session that one could run.
package struct SessionListing: Equatable, Sendable {
  package var name: String
  /// The session's own line about itself; empty where it has none or cannot be read.
  package var about: String
  /// True where there is no file in the sessions directory, only the preset inside the program.
  package var isBuiltIn: Bool
}

/// Sessions in the directory and built-in presets, by name.
package func listSessions(in sessionsDirectory: URL) -> [SessionListing] {
  let files = (try? FileManager.default.contentsOfDirectory(atPath: sessionsDirectory.path)) ?? []
  var listings: [SessionListing] = files.filter { $0.hasSuffix(".yaml") && !$0.hasPrefix(".") }.map { file in
    let data = try? RegularFile.read(sessionsDirectory.appendingPathComponent(file).path, limit: YAMLLimits.bytes)
    let text = String(decoding: data ?? Data(), as: UTF8.self)
    return SessionListing(name: String(file.dropLast(".yaml".count)), about: aboutLine(text), isBuiltIn: false)
  }
  let names = Set(listings.map(\.name))
  listings += Preset.all.filter { !names.contains($0.name) }.map {
    SessionListing(name: $0.name, about: aboutLine($0.yaml), isBuiltIn: true)
  }
  return listings.sorted { $0.name < $1.name }
}

private func aboutLine(_ text: String) -> String {
  guard let node = try? SettingNode(yaml: text, file: ""), case .map(let entries) = node.content,
    case .scalar(let about, _)? = entries.first(where: { $0.key == "about" })?.value.content
  else { return "" }
  return about
}

private struct FoundSession {
  var name: String
  var text: String
  /// How errors name it.
  var display: String
  /// What relative paths in it are relative to.
  var folder: URL
}

private func findSession(_ nameOrPath: String, sessionsDirectory: URL, workingDirectory: URL) throws -> FoundSession {
  if nameOrPath.contains("/") || nameOrPath.hasSuffix(".yaml") || nameOrPath.hasSuffix(".yml") {
    let url = URL(fileURLWithPath: try expandingHome(nameOrPath, of: "the session"), relativeTo: workingDirectory)
      .standardizedFileURL
    guard FileManager.default.fileExists(atPath: url.path) else {
      throw SessionError(.notFound, "no session file at \(url.path); \(existing(in: sessionsDirectory))")
    }
    return try read(url, display: nameOrPath)
  }
  let url = sessionsDirectory.appendingPathComponent("\(nameOrPath).yaml")
  if FileManager.default.fileExists(atPath: url.path) {
    return try read(url, display: "\(sessionsDirectory.relativePath)/\(nameOrPath).yaml")
  }
  if let preset = Preset.all.first(where: { $0.name == nameOrPath }) {
    return FoundSession(
      name: preset.name, text: preset.yaml, display: "built-in preset \(preset.name)", folder: sessionsDirectory)
  }
  let near = nearest(to: nameOrPath, among: listSessions(in: sessionsDirectory).map(\.name))
  let advice = near.map { "did you mean \($0)?" } ?? existing(in: sessionsDirectory)
  throw SessionError(
    .notFound, "no session is called \"\(nameOrPath)\" in \(sessionsDirectory.path) or among the presets; \(advice)")
}

private func existing(in sessionsDirectory: URL) -> String {
  "there are \(listSessions(in: sessionsDirectory).map(\.name).joined(separator: ", "))."
}

private func read(_ url: URL, display: String) throws -> FoundSession {
  let data: Data
  do {
    data = try RegularFile.read(url.path, limit: YAMLLimits.bytes)
  } catch {
    throw SessionError(
      .unreadable, "\(display): \(error); check that it is a session's file, and that you may read it.")
  }
  guard let text = String(data: data, encoding: .utf8) else {
    throw SessionError(.unreadable, "\(display): is not UTF-8 text; save it as UTF-8.")
  }
  // Every key has a default, so nothing would be a run: 300 epochs of ViT-B/16 that nobody asked for.
  if try SettingNode(yaml: text, file: display).isEmpty {
    throw SessionError(
      .unreadable, "\(display): says nothing; give at least one key of a session, as sessions/demo.yaml shows them.")
  }
  return FoundSession(
    name: url.deletingPathExtension().lastPathComponent, text: text, display: display,
    folder: url.deletingLastPathComponent())
}
