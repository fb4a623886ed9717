import Foundation
import RunEvents

/// The session of a stored run as that run was last started; the session's own file need no longer exist.
///
/// - Parameters:
///   - name: the session's name or the path of its file.
///   - run: the newest one that made a step where it is nil.
///   - overrides: `KEY.PATH=VALUE`, as given with `--set`.
///   - evaluations: the kinds of evaluation that a session may name, with their options; nil: any.
/// - Throws: ``SessionError``, ``RunStoreError``.
package func loadStoredSession(
  _ name: String, run: String?, sessionsDirectory: URL, overrides: [String] = [],
  evaluations: [EvaluationDescription]? = nil
) throws -> (session: Session, run: RunRecord) {
  let directory = sessionDirectory(of: name, in: sessionsDirectory)
  let none = "session \(directory.lastPathComponent) has no run in \(sessionsDirectory.path)"
  guard let store = try RunStore.existing(in: directory) else {
    throw SessionError(.notFound, "\(none): start one with `mvp run \(name)`, or name another folder with --sessions.")
  }
  let found = try run.map { name in try store.run(named: name) } ?? store.newestToJudge()
  guard let found else {
    if let run { throw store.notFound(run) }
    throw SessionError(.notFound, "\(none): start one with `mvp run \(name)`.")
  }
  let json = try store.settings(of: found.name).json
  let settings = try SessionFile(
    yaml: json, file: "settings of run \(found.name)", overrides: overrides, evaluations: evaluations)
  let session = Session(
    name: directory.lastPathComponent, source: "run \(found.name)", settings: settings, directory: directory,
    searched: [:])
  return (session, found)
}

/// `SESSIONS/NAME` for a session that is given by its name or by the path of its file.
package func sessionDirectory(of nameOrPath: String, in sessionsDirectory: URL) -> URL {
  let isFile = nameOrPath.hasSuffix(".yaml") || nameOrPath.hasSuffix(".yml")
  let name = isFile ? URL(fileURLWithPath: nameOrPath).deletingPathExtension().lastPathComponent : nameOrPath
  return sessionsDirectory.appendingPathComponent(name, isDirectory: true)
}
