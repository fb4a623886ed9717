import Foundation
import RunEvents
import Synchronization
import Terminal
import TrainingBackend
import Workbench

/// The runs that one workbench looks at, one after the other, on this machine and on others.
final class HostVisit: Sendable {
  /// A run that is on the screen.
  struct Shown: Sendable {
    let reference: RunReference
    let isLive: Bool
    let leave: @Sendable () -> Void
    let waitUntilFinished: @Sendable () -> RunSummary
  }

  private let hosts: Hosts
  private let current = Mutex<Shown?>(nil)

  init(_ hosts: Hosts) { self.hosts = hosts }

  var shown: Shown? { current.withLock { $0 } }

  func leave() {
    current.withLock { current in
      current?.leave()
      current = nil
    }
  }

  func open(_ run: RunReference, emit: @escaping @Sendable (RunEvent) -> Void) throws -> RunConnection {
    let (link, session) = hosts.split(run.session)
    guard let link else { return try openHere(run, emit: emit) }
    let there = RunReference(session: session, run: run.run)
    return try connection(run, link, emit) { try $0.open(there, emit: $1) }
  }

  func resume(_ run: RunReference, emit: @escaping @Sendable (RunEvent) -> Void) throws -> RunConnection {
    let (link, session) = hosts.split(run.session)
    guard let link else {
      try Visit(nil, place: hosts.place).start(run)
      return try openHere(run, emit: emit)
    }
    let there = RunReference(session: session, run: run.run)
    return try connection(run, link, emit) { try $0.resume(there, emit: $1) }
  }

  func fork(
    _ request: ForkRequest, of parent: RunReference, emit: @escaping @Sendable (RunEvent) -> Void
  ) throws -> (RunReference, RunConnection) {
    let (link, session) = hosts.split(parent.session)
    guard let link else {
      let fork = try Visit(nil, place: hosts.place).startFork(request, of: parent)
      return (fork, try openHere(fork, emit: emit))
    }
    let there = RunReference(session: session, run: parent.run)
    let opened = try link.link().fork(request, of: there, emit: renaming(link, emit))
    let fork = RunReference(session: link.qualified(opened.run.session), run: opened.run.run)
    return (fork, try connection(fork, link, emit, opened))
  }

  // MARK: connections

  private func openHere(
    _ run: RunReference, emit: @escaping @Sendable (RunEvent) -> Void
  ) throws -> RunConnection {
    let found = try RunFinder(place: hosts.place).find(session: run.session, run: run.run)
    let next = try Watched(found, in: hosts.place, emit: emit)
    let shown = Shown(
      reference: run, isLive: next.isLive, leave: next.leave, waitUntilFinished: next.waitUntilFinished)
    return RunConnection(
      attachment: next.words, canDetach: next.isLive,
      begin: { [self] in
        turn(to: shown)
        next.start()
      }, send: sender(run.session, emit, next.send))
  }

  private func connection(
    _ run: RunReference, _ link: HostLink, _ emit: @escaping @Sendable (RunEvent) -> Void,
    _ open: (RelayLink, @escaping @Sendable (RunEvent) -> Void) throws -> RelayLink.Opened
  ) throws -> RunConnection {
    try connection(run, link, emit, open(link.link(), renaming(link, emit)))
  }

  private func connection(
    _ run: RunReference, _ link: HostLink, _ emit: @escaping @Sendable (RunEvent) -> Void, _ opened: RelayLink.Opened
  ) throws -> RunConnection {
    let relay = try link.link()
    let shown = Shown(
      reference: run, isLive: opened.canDetach, leave: relay.rest, waitUntilFinished: relay.waitUntilFinished)
    let isRead = opened.attachment == WorkbenchOptions.readOnly
    return RunConnection(
      attachment: isRead ? opened.attachment : "attached on \(link.name)", canDetach: opened.canDetach,
      begin: { [self] in
        turn(to: shown)
        opened.begin()
      }, send: sender(run.session, emit, opened.send))
  }

  private func renaming(
    _ link: HostLink, _ emit: @escaping @Sendable (RunEvent) -> Void
  ) -> @Sendable (RunEvent) -> Void {
    { emit(link.renamed($0)) }
  }

  private func turn(to next: Shown) {
    current.withLock { current in
      current?.leave()
      current = next
    }
  }

  /// What lists and comparisons of several machines need is done here, the rest where the run is.
  private func sender(
    _ session: String, _ emit: @escaping @Sendable (RunEvent) -> Void,
    _ forward: @escaping @Sendable (RunCommand) -> Void
  ) -> @Sendable (RunCommand) -> Void {
    { [hosts] command in
      switch command {
      case .listAllRuns(let keys): hosts.list(keys, for: session, emit: emit)
      case .compareRuns(let left, let right):
        let home = hosts.split(session).link
        let names = [left, right].map { name -> String? in
          let reference = RunReference(named: name, in: session)
          let (link, there) = hosts.split(reference.session)
          guard link === home else { return nil }
          return RunReference(session: there, run: reference.run).name(in: hosts.split(session).session)
        }
        guard let left = names[0], let right = names[1] else {
          return emit(
            .message(
              RunMessage(
                level: .error, step: 0,
                text:
                  "runs are compared with those of their own machine: open one there, or lay it over the curves by v"
              )))
        }
        forward(.compareRuns(left: left, right: right))
      default: forward(command)
      }
    }
  }
}
