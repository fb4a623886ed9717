import Files
import Foundation
import Sessions

/// A run of some session's store.
struct FoundRun {
  let store: RunStore
  let run: RunRecord
  /// Whether others could have been meant as well.
  var isOneOfSeveral = false

  var session: String { store.directory.lastPathComponent }
}

/// Finds the run that is meant by what a person typed, or did not type.
struct RunFinder {
  let place: SessionPlace
  /// Whether the newest run is taken where several could be meant, for who can then choose another; else that is an
  /// error.
  var takesNewest = false
  private let complaints = Complaints()

  init(place: SessionPlace, takesNewest: Bool = false) {
    self.place = place
    self.takesNewest = takesNewest
  }

  /// - Parameters:
  ///   - session: name or path of a session, `SESSION/RUN`, or name of a run of any session; nil: whichever session has
  ///     a run that goes on.
  ///   - run: nil: the one that goes on, or else the newest that made a step.
  func find(session: String?, run: String?) throws -> FoundRun {
    guard let session else { return try onlyLiveRun() }
    let folder = sessionDirectory(of: session, in: place.folder)
    guard let store = try RunStore.existing(in: folder) else {
      if run == nil, let found = try runOfSession(session) ?? runOfAnySession(session) { return found }
      throw CommandFailure(
        message: "neither a session with runs nor a run is called \"\(session)\" in \(place.folder.path); "
          + "`mvp runs` lists all, --sessions names another folder" + suggestion(for: session))
    }
    if let run {
      guard let record = try store.run(named: run) else { throw store.notFound(run) }
      return FoundRun(store: store, run: record)
    }
    let live = meant(try store.liveRuns())
    if live.count > 1 { return try oneOfSeveral(live.map { FoundRun(store: store, run: $0) }) }
    guard let record = try live.first ?? store.newestToJudge() else {
      throw CommandFailure(
        message:
          "session \(folder.lastPathComponent) has no run in \(place.folder.path); start one with `mvp run \(session)`."
      )
    }
    return FoundRun(store: store, run: record)
  }

  /// Trials are meant where nothing else goes on.
  private func meant(_ live: [RunRecord]) -> [RunRecord] {
    let others = live.filter { $0.trial == nil }
    return others.isEmpty ? live : others
  }

  private func onlyLiveRun() throws -> FoundRun {
    let live = inEachStore { store in meant(try store.liveRuns()).map { FoundRun(store: store, run: $0) } }
    if live.count > 1 { return try oneOfSeveral(live) }
    guard let only = try live.first ?? newestOfAnySession() else {
      throw CommandFailure(
        message:
          "no run goes on in \(place.folder.path): start one with `mvp run demo`, or name a session to look at its newest run."
      )
    }
    return only
  }

  /// The newest of several runs that go on, where one session has them all: a workbench lists the runs of one session.
  private func oneOfSeveral(_ live: [FoundRun]) throws -> FoundRun {
    guard takesNewest, var newest = live.first, Set(live.map(\.session)).count == 1 else { throw severalGoOn(live) }
    newest.isOneOfSeveral = true
    return newest
  }

  /// The run that was last at work, where none goes on.
  private func newestOfAnySession() throws -> FoundRun? {
    guard takesNewest else { return nil }
    return inEachStore { store in
      try store.newestToJudge().map { [FoundRun(store: store, run: $0, isOneOfSeveral: true)] } ?? []
    }.max { $0.run.updated < $1.run.updated }
  }

  /// The run of `SESSION/RUN`; nil where no such session has runs.
  private func runOfSession(_ path: String) throws -> FoundRun? {
    guard let slash = path.lastIndex(of: "/") else { return nil }
    let folder = sessionDirectory(of: String(path[..<slash]), in: place.folder)
    guard let store = try RunStore.existing(in: folder) else { return nil }
    let name = String(path[path.index(after: slash)...])
    guard let record = try store.run(named: name) else { throw store.notFound(name) }
    return FoundRun(store: store, run: record)
  }

  private func runOfAnySession(_ name: String) throws -> FoundRun? {
    let found = inEachStore { store in
      try store.run(named: name).map { [FoundRun(store: store, run: $0)] } ?? []
    }
    guard found.count > 1 else { return found.first }
    throw CommandFailure(
      message: "several sessions have a run \(name): "
        + found.map { "`mvp attach \($0.session) \(name)`" }.joined(separator: ", ") + ".")
  }

  /// The session or the run that a misspelt name meant, as a sentence ends.
  private func suggestion(for name: String) -> String {
    let sessions = place.foldersWithRuns.map(\.lastPathComponent)
    let runs = inEachStore { store in
      try store.runs().filter { $0.state != .untrained }.map { FoundRun(store: store, run: $0) }
    }.map(\.run.name)
    return Files.meaning(of: name, among: sessions + runs)
  }

  private func severalGoOn(_ runs: [FoundRun]) -> CommandFailure {
    let ways = runs.map { "`mvp attach \($0.session) \($0.run.name)`" }.joined(separator: ", ")
    return CommandFailure(message: "several runs go on: choose one with \(ways).")
  }

  /// What is found in every store that can be read; what is wrong with others is said, once each.
  private func inEachStore(_ find: (RunStore) throws -> [FoundRun]) -> [FoundRun] {
    place.foldersWithRuns.flatMap { folder in
      do {
        return try RunStore.existing(in: folder).map(find) ?? []
      } catch {
        complaints.tell("\(error)")
        return []
      }
    }
  }
}

/// What was said of stores that cannot be read, by one search after the other.
private final class Complaints {
  private var told: Set<String> = []

  func tell(_ sentence: String) {
    if told.insert(sentence).inserted { writeError(sentence) }
  }
}
