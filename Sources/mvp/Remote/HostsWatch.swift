import ArgumentParser
import Foundation
import RunEvents
import Terminal
import TrainingBackend

/// A workbench on the runs of this machine and of those of the hosts file.
struct HostsWatch {
  let hosts: Hosts
  let display: DisplayOptions

  /// - Parameters:
  ///   - run: what to begin with; nil: the newest run here, or else of all.
  ///   - inList: whether the workbench begins with the list of runs.
  func watch(_ run: RunReference?, inList: Bool = false) throws {
    defer { hosts.close() }
    let first = try run ?? newest()
    let inbox = EventInbox()
    let visit = HostVisit(hosts)
    // A person is at the terminal still, and ssh may ask.
    if let link = hosts.split(first.session).link { _ = try link.link(asks: true) }
    let connection = try visit.open(first, emit: inbox.post)
    var options = display.terminalOptions
    options.loadHistory = hosts.history
    options.canDetach = connection.canDetach
    options.attachment = connection.attachment
    options.openRun = visit.open
    options.resumeRun = visit.resume
    options.forkRun = visit.fork
    options.listsHosts = true
    if inList { options.firstView = .runs }
    connection.begin()
    defer { visit.leave() }
    let outcome = try runWorkbench(inbox: inbox, options: options, send: connection.send)
    guard let last = visit.shown else { return }
    let name = last.reference.run
    switch outcome {
    case .ended where last.isLive:
      let summary = last.waitUntilFinished()
      print("\(name) \(summary.outcome) at step \(summary.step)")
    case .ended, .abandoned, .hangup: break
    case .detached:
      print("left \(name); `mvp attach \(last.reference.session) \(name)\(hosts.place.words)` comes back")
    case .interrupted(let signal): throw ExitCode(128 + signal)
    }
  }

  /// The run of a session that is meant, on another machine: the one that goes on, or else the newest.
  func run(session: String?, run: String?, on link: HostLink) throws -> RunReference {
    // A run may be meant by its name alone; the relay there knows.
    let listed = try link.link(asks: true).catalog(with: []).runs.filter { $0.state != .untrained }
    let meant = listed.filter { listing in
      let reference = RunReference(named: listing.name, in: "")
      if let run { return reference.session == session && reference.run == run }
      return session.map { $0 == reference.session || $0 == reference.run || $0 == listing.name } ?? true
    }
    guard let best = Self.newest(meant) else {
      let words = [session, run].compactMap { $0 }.joined(separator: " ")
      throw CommandFailure(
        message: "on \(link.name): there is no run\(words.isEmpty ? "" : " of \(words)"); `mvp runs --hosts` lists all."
      )
    }
    let reference = RunReference(named: best.name, in: "")
    return RunReference(session: link.qualified(reference.session), run: reference.run)
  }

  /// One that goes on before one that does not.
  private static func newest(_ runs: [RunListing]) -> RunListing? {
    runs.max { left, right in
      left.isActive == right.isActive ? left.updated < right.updated : right.isActive
    }
  }

  private func newest() throws -> RunReference {
    hosts.ask([], seconds: 0)
    let here = hosts.catalog(for: nil)
    if let own = Self.newest(trained(here.runs).filter { hosts.split($0.session).link == nil }) { return own.reference }
    hosts.ask([], seconds: Hosts.patience)
    let all = hosts.catalog(for: nil)
    if let best = Self.newest(trained(all.runs)) { return best.reference }
    let silent = (all.silent ?? []).map { " " + $0 }.joined(separator: ";")
    throw CommandFailure(
      message:
        "there is no run in \(hosts.place.folder.path), nor on \(hosts.links.map(\.name).joined(separator: ", "))"
        + (silent.isEmpty ? "." : ":\(silent)"))
  }

  private func trained(_ runs: [RunListing]) -> [RunListing] { runs.filter { $0.state != .untrained } }
}

extension RunListing {
  fileprivate var reference: RunReference { RunReference(named: name, in: "") }
  fileprivate var session: String { reference.session }
}
