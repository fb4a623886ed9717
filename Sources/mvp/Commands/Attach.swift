import ArgumentParser
import Foundation
import RunEvents
import Sessions
import Terminal
import TrainingBackend

struct Attach: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Watch and steer a run that goes on in another terminal, or look at one that has ended.",
    discussion: """
      The workbench opens on the run: curves from its beginning, masks, evaluations, log; pause, guidance, checkpoint, live values,
      evaluations and stop act on it. Several may be attached at once; leaving, by whatever way, never ends the run. A run that is in
      nobody's hands opens read-only from its store. Without a terminal, or with --plain or --json, its events are printed as they come.

      SESSION may be left out where one run goes on, or be the name of a run.

      EXAMPLE
        mvp run demo --headless &        a run without a screen, perhaps on another machine
        mvp attach                       the run that goes on; q leaves it alone
        mvp attach demo brisk-otter      one of several, or one that has ended
        mvp attach demo --json           its events as JSON lines
      """)

  @Argument(help: "Session: a name or a path to a YAML file; or a run.")
  var session: String?

  @Argument(
    help: ArgumentHelp("Run; the one that goes on, or else the newest, where it is not given.", valueName: "run"))
  var runName: String?

  @OptionGroup var place: SessionPlace

  @Flag(help: "Print every event as one JSON object a line (see CONTRIBUTING.md) instead of the workbench.")
  var json = false

  @Flag(help: "Print plain lines instead of the workbench.")
  var plain = false

  @OptionGroup var display: DisplayOptions

  func run() throws {
    let found = try RunFinder(place: place).find(session: session, run: runName)
    if plain || json || !display.terminalIsUsable { return try followInLines(found) }
    let inbox = EventInbox()
    let watched = try Watched(found, emit: inbox.post)
    var options = display.terminalOptions
    options.loadHistory = place.historyLoader
    options.canDetach = watched.isLive
    options.attachment = watched.words
    watched.start()
    do {
      switch try runWorkbench(inbox: inbox, options: options, send: watched.send) {
      case .ended where watched.isLive:
        let summary = watched.waitUntilFinished()
        print("\(found.run.name) \(summary.outcome) at step \(summary.step)")
      case .ended, .abandoned, .hangup: break
      case .detached:
        print("left \(found.run.name); `mvp attach \(found.session) \(found.run.name)\(place.words)` comes back")
      case .interrupted(let signal): throw ExitCode(128 + signal)
      }
    } catch let error as TerminalError {
      writeError("\(error.description) The run's events are printed.")
      try followInLines(found)
    }
  }

  /// Prints what happens until the run ends.
  private func followInLines(_ found: FoundRun) throws {
    let reporter = LineReporter(json: json)
    let watched = try Watched(found, emit: reporter.report)
    SignalWatch.shared.watch { signal in _exit(128 + signal) }
    watched.start()
    let summary = watched.waitUntilFinished()
    reporter.flush()
    if summary.outcome == "failed" || summary.outcome == "lost" {
      throw CommandFailure(message: summary.reason ?? "run \(found.run.name) failed at step \(summary.step).")
    }
  }
}

/// A run that is looked at, alive or not.
private struct Watched {
  /// For the status line.
  let words: String
  let isLive: Bool
  let start: () -> Void
  let send: @Sendable (RunCommand) -> Void
  let waitUntilFinished: () -> RunSummary

  init(_ found: FoundRun, emit: @escaping @Sendable (RunEvent) -> Void) throws {
    isLive = found.run.isActive
    if isLive {
      let attached = try AttachedRun(found.run.name, in: found.store, emit: emit)
      words = attached.process.map { "attached to process \($0)" } ?? "attached"
      start = attached.start
      send = attached.send
      waitUntilFinished = attached.waitUntilFinished
    } else {
      let stored = try StoredRun(found.run.name, in: found.store)
      words = "read-only"
      start = { stored.events.forEach(emit) }
      send = CatalogDesk(directory: found.store.directory, emit: emit).answer
      waitUntilFinished = { stored.summary }
    }
  }
}
