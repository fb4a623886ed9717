import Foundation
import RunEvents

/// What is asked of a run that is to go on.
package struct ResumeRequest: Sendable {
  /// Name of the session or path of its file.
  package var session: String
  /// nil: the session's newest run that made a step.
  package var run: String?
  /// `KEY.PATH=VALUE`, as given with `--set`.
  package var overrides: [String]
  /// Whether changes are accepted that make it another run than it would have been.
  package var acceptsChanges: Bool
  /// Whether the session's file is left aside, whatever became of it.
  package var keepsSettings: Bool
  /// The kinds of evaluation that a session may name, with their options; nil: any.
  package var evaluations: [EvaluationDescription]?

  package init(
    session: String, run: String? = nil, overrides: [String] = [], acceptsChanges: Bool = false,
    keepsSettings: Bool = false, evaluations: [EvaluationDescription]? = nil
  ) {
    self.session = session
    self.run = run
    self.overrides = overrides
    self.acceptsChanges = acceptsChanges
    self.keepsSettings = keepsSettings
    self.evaluations = evaluations
  }
}

/// A run that is to go on, with the session that it goes on with.
package struct ResumedSession: Sendable {
  package let session: Session
  package let run: RunRecord
  /// Which run it is, as part of a sentence: `the newest run of demo`.
  package let why: String
  /// Keys whose values come from the session's file, which was edited.
  package let editedKeys: Set<String>
  /// Sentences about what is not taken over.
  package let notes: [String]
}

/// Finds the run to resume and the settings to resume it with: its own, over them the edits of the session's file since
/// its last start, over these the overrides of now.
///
/// The file need no longer exist. Values that were overridden when the run began, or changed live, are the run's own
/// and stay.
///
/// - Throws: ``SessionError`` where there is no run to go on with, or something is asked that cannot change;
///   ``RunStoreError`` if another process holds the run.
package func loadResumedSession(_ request: ResumeRequest, sessionsDirectory: URL) throws -> ResumedSession {
  let directory = sessionDirectory(of: request.session, in: sessionsDirectory)
  let name = directory.lastPathComponent
  guard let store = try RunStore.existing(in: directory),
    let choice = try store.chooseToResume(request.run, session: request.session)
  else {
    let lost = StoreRecovery.runsWithCheckpoints(in: directory)
    guard lost.isEmpty else {
      throw SessionError(
        .notFound,
        "session \(name) has no run store that knows of a run, but checkpoints of \(lost.joined(separator: ", ")): `mvp runs recover "
          + "\(name)` puts them back.")
    }
    // A session that is not there at all is the better thing to say.
    _ = try loadSession(request.session, sessionsDirectory: sessionsDirectory, evaluations: request.evaluations)
    throw SessionError(
      .notFound,
      "session \(name) has no run to resume in \(directory.path); start one with `mvp run \(request.session)`."
    )
  }
  let run = choice.run
  let stored = try store.settings(of: run.name, evaluations: request.evaluations)
  let newest = CheckpointStore(directory: Session.checkpoints(in: directory), run: run.name, keep: 1).newestPosition()
  var before: SessionFile? = nil
  if let json = newest?.position.file {
    before = try? SessionFile(yaml: json, file: "the session's file", evaluations: request.evaluations)
  }
  var json = stored.json
  var notes: [String] = []
  var edited: [String] = []
  var file = before
  // A trial's settings come from no file.
  if !request.keepsSettings, run.trial == nil {
    switch try currentFile(request, sessionsDirectory) {
    case nil:
      notes.append("session \(name) has no file any more where it is looked for; the run goes on with its own settings")
    case let now?:
      file = now.file ?? before
      if let before, let plain = now.file {
        let edits = FileEdits(before: before, now: plain, run: stored)
        edited = edits.taken
        notes += edits.kept
        json = stored.json(taking: edited, from: now.settings)
      } else if let plain = now.file {
        notes += unexplained(plain, stored, now.source)
      }
    }
  }
  let (settings, origins) = try SessionFile.read(
    yaml: json, file: "settings of run \(run.name)", overrides: request.overrides, evaluations: request.evaluations)
  var resolver = PathResolver(
    fileFolder: sessionsDirectory,
    workingDirectory: URL(fileURLWithPath: FileManager.default.currentDirectoryPath, isDirectory: true),
    origins: origins)
  let resolved = try resolver.resolve(settings)
  try ResumeChanges(from: stored, to: resolved).check(run: run.name, accepting: request.acceptsChanges)
  try choice.checkLength(of: resolved, madeIn: newest?.step ?? 0)
  return ResumedSession(
    session: Session(
      name: name, source: "run \(run.name)", settings: resolved, directory: directory, searched: resolver.searched,
      file: file),
    run: run, why: choice.why, editedKeys: Set(edited), notes: notes)
}

/// The session's file as it is now; nil where there is none.
private func currentFile(_ request: ResumeRequest, _ sessionsDirectory: URL) throws -> Session? {
  do {
    return try loadSession(request.session, sessionsDirectory: sessionsDirectory, evaluations: request.evaluations)
  } catch let error as SessionError where error.kind == .notFound {
    return nil
  } catch let error as SessionError {
    throw SessionError(
      error.kind, keyPath: error.keyPath, line: error.line,
      "\(error.description) Or go on with the run's own settings by --keep-settings.")
  }
}

/// What is to be said of a run whose file is not known as it was: an earlier version of the program did not keep it.
private func unexplained(_ file: SessionFile, _ run: SessionFile, _ source: String) -> [String] {
  let differences = run.differences(from: file).filter {
    !$0.keyPath.hasSuffix("path") && !$0.keyPath.hasSuffix(".weights")
  }
  guard !differences.isEmpty else { return [] }
  let words = differences.map {
    "\($0.keyPath) (\($0.there ?? "not given") in \(source), \($0.here ?? "not given") in the run)"
  }
  return [
    "the run keeps its own settings where the session's file says otherwise: \(words.joined(separator: ", ")); --set KEY=VALUE changes "
      + "what may change"
  ]
}
