import Dispatch
import Foundation
import RunEvents
import Synchronization
import TrainingBackend

/// The runs of this machine and of those of the hosts file. Sessions of others are named `HOST:SESSION`.
final class Hosts: Sendable {
  let place: SessionPlace
  let links: [HostLink]
  private let queue = DispatchQueue(label: "mvp.hosts", qos: .userInitiated)
  private let here = Mutex<(catalog: RunCatalog, problems: [String])>((RunCatalog(runs: []), []))

  /// Seconds that the list waits for all; who answers later stands in the next one.
  private static let together = 0.7
  /// Seconds that machines have to tell their runs where nobody waits at a screen.
  static let patience = 20.0

  init(_ file: HostsFile, place: SessionPlace) {
    self.place = place
    links = file.hosts.map(HostLink.init)
  }

  func link(named name: String) -> HostLink? { links.first { $0.name == name } }

  /// The machine of a session, nil being this one, and the session's name there.
  func split(_ session: String) -> (link: HostLink?, session: String) {
    guard let colon = session.firstIndex(of: ":"), let link = link(named: String(session[..<colon])) else {
      return (nil, session)
    }
    return (link, String(session[session.index(after: colon)...]))
  }

  /// Asks everybody at once, and returns when all have answered or the time is over.
  ///
  /// - Parameter late: is called with each answer that comes later.
  func ask(_ keys: [String], seconds: Double, late: @escaping @Sendable () -> Void = {}) {
    let group = DispatchGroup()
    let flag = Flag()
    for link in links {
      group.enter()
      link.ask(keys) {
        group.leave()
        if flag.isRaised { late() }
      }
    }
    var problems: [String] = []
    let catalog = try? SessionsCatalog(folder: place.folder).runs(with: keys) { problems.append($0) }
    here.withLock { $0 = (catalog ?? $0.catalog, problems) }
    _ = group.wait(timeout: .now() + seconds)
    flag.raise()
  }

  private final class Flag: Sendable {
    private let raised = Atomic(false)
    var isRaised: Bool { raised.load(ordering: .acquiring) }
    func raise() { raised.store(true, ordering: .releasing) }
  }

  /// Answers a workbench that shows a run of a session: once soon, and again with each machine that is slower.
  func list(_ keys: [String], for session: String, emit: @escaping @Sendable (RunEvent) -> Void) {
    queue.async { [self] in
      ask(keys, seconds: Self.together) { [self] in emit(.runs(catalog(for: session, keys))) }
      emit(.runs(catalog(for: session, keys)))
    }
  }

  /// The runs of all machines as they told them last, named as in a list of a session.
  func catalog(for session: String?, _ keys: [String] = []) -> RunCatalog {
    var (all, silent) = here.withLock { $0 }
    for link in links {
      let (catalog, problem) = link.told
      if let problem { silent.append(problem) }
      guard let catalog else { continue }
      all.runs += catalog.runs.map { run in
        var run = run
        run.name = link.qualified(run.name)
        return run
      }
      all.differing = (all.differing ?? []) + (catalog.differing ?? []).filter { all.differing?.contains($0) != true }
    }
    for place in all.runs.indices {
      let reference = RunReference(named: all.runs[place].name, in: session ?? "")
      all.runs[place].name = reference.name(in: session)
    }
    all.runs.sort { $0.updated > $1.updated }
    all.time = Date(timeIntervalSince1970: Date().timeIntervalSince1970)
    all.keys = keys.isEmpty ? nil : keys
    all.silent = silent.isEmpty ? nil : silent
    return all
  }

  /// What a run store has, here or there.
  func history(_ request: HistoryRequest) throws -> RunHistory? {
    let (link, there) = split(request.session)
    guard let link else { return try place.historyLoader(request) }
    var history = try link.link().history(request.of(there))
    if let session = history?.reference.session { history?.reference.session = link.qualified(session) }
    return history
  }

  func close() { links.forEach { $0.close() } }
}

extension HistoryRequest {
  var session: String {
    switch self {
    case .run(let run), .steps(let run, _), .snapshots(let run, _), .lastSnapshots(let run): run.session
    case .newest(let session, _): session
    }
  }

  /// The same of a session under another name.
  func of(_ session: String) -> HistoryRequest {
    func renamed(_ run: RunReference) -> RunReference { RunReference(session: session, run: run.run) }
    switch self {
    case .run(let run): return .run(renamed(run))
    case .steps(let run, let steps): return .steps(renamed(run), steps)
    case .newest(_, let besides): return .newest(session: session, besides: besides)
    case .snapshots(let run, let picture): return .snapshots(renamed(run), picture: picture)
    case .lastSnapshots(let run): return .lastSnapshots(renamed(run))
    }
  }
}
