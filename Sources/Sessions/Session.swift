import Foundation

/// A session that was found, read and checked, together with its name and its place on disk.
package struct Session: Sendable {
  /// File name without `.yaml`.
  package let name: String
  /// Where it was read: a path, or `built-in preset`.
  package let source: String
  /// Every value; paths in it are absolute.
  package var settings: SessionFile
  /// `SESSIONS/NAME`: what its runs write. It need not exist.
  package let directory: URL
  /// Where each path of the session was looked for, by key path.
  let searched: [String: [String]]
  /// The session as its file has it: without what is overridden, paths as they are written there. Nil if that is not
  /// known.
  package var file: SessionFile? = nil

  /// `SESSIONS/NAME/checkpoints`
  package var checkpointsURL: URL { Session.checkpoints(in: directory) }

  package static func checkpoints(in directory: URL) -> URL {
    directory.appendingPathComponent("checkpoints", isDirectory: true)
  }

  /// `SESSIONS/NAME/not-finite`: steps that were not finite, to be made again.
  package var notFiniteURL: URL { directory.appendingPathComponent("not-finite", isDirectory: true) }

  /// A session that is not read from a file of its own.
  /// - Parameter source: where its values were read.
  package init(name: String, source: String, settings: SessionFile, directory: URL) {
    self.init(name: name, source: source, settings: settings, directory: directory, searched: [:])
  }

  init(
    name: String, source: String, settings: SessionFile, directory: URL, searched: [String: [String]],
    file: SessionFile? = nil
  ) {
    self.name = name
    self.source = source
    self.settings = settings
    self.directory = directory
    self.searched = searched
    self.file = file
  }

  /// Checks that data and weights which the session names are on this machine.
  ///
  /// - Throws: ``SessionError`` of kind `missingInput`: one sentence that names everything missing, where it was looked
  ///   for, and how to get it.
  package func checkInputs() throws {
    let missing = missingInputs
    guard let first = missing.first else { return }
    let parts = missing.map(\.words)
    let keys = missing.map(\.keyPath)
    throw SessionError(
      .missingInput, keyPath: first.keyPath,
      "session \(name) needs what is not on this machine: \(parts.joined(separator: "; ")); put it there, or name another "
        + "place with \(keys.map { "--set \($0)=PATH" }.joined(separator: " ")).")
  }

  /// Data or weights that the session names and that are not on this machine.
  package struct MissingInput: Equatable, Sendable {
    /// Dotted key path of the place.
    package var keyPath: String
    /// `the training pictures for data.path, looked for at PLACES (to get it: ...)`
    package var words: String
  }

  /// In the order of the session's sections; empty where nothing is missing.
  package var missingInputs: [MissingInput] {
    inputs.filter { !FileManager.default.fileExists(atPath: $0.path) }.map { input in
      let places = (searched[input.keyPath] ?? [input.path]).joined(separator: " and ")
      let remedy = input.source.isEmpty ? "" : " (to get it: \(input.source))"
      return MissingInput(
        keyPath: input.keyPath, words: "\(input.what) for \(input.keyPath), looked for at \(places)\(remedy)")
    }
  }

  private struct Input {
    var keyPath: String
    var path: String
    var what: String
    var source: String
  }

  private var inputs: [Input] {
    var inputs: [Input] = []
    if settings.data.kind == .folder, let path = settings.data.path {
      inputs.append(
        Input(keyPath: "data.path", path: path, what: "the training pictures", source: settings.data.source))
    }
    for teacher in settings.guidance.teachers {
      guard case .path(let path) = teacher.weights else { continue }
      inputs.append(
        Input(
          keyPath: "guidance.\(teacher.name).weights", path: path, what: "the weights of teacher \(teacher.name)",
          source: teacher.source))
    }
    let labelled = [("evals.data", settings.evals.data)] + settings.evals.sets.map { ($0.keyPath, $0.data) }
    for (section, data) in labelled where data.kind == .folder {
      for (key, path) in [("path", data.path), ("train_path", data.trainPath), ("test_path", data.testPath)] {
        guard let path else { continue }
        inputs.append(Input(keyPath: "\(section).\(key)", path: path, what: "labelled pictures", source: ""))
      }
    }
    return inputs
  }
}
