import ArgumentParser
import Foundation
import RunEvents
import Terminal
import TrainingBackend
import Workbench

/// A workbench here on runs of another machine.
struct RemoteWatch {
  let far: FarEnd
  let display: DisplayOptions

  func run(json: Bool, isInLines: Bool) throws {
    if isInLines { return try followInLines(json: json) }
    do {
      try watch()
    } catch let error as TerminalError {
      writeError("\(error.description) The run's events are printed.")
      try followInLines(json: json)
    }
  }

  private func watch() throws {
    let inbox = EventInbox()
    let link = try RelayLink(far, asks: true, emit: inbox.post)
    let hello = link.hello
    var options = display.terminalOptions
    options.loadHistory = link.history
    options.canDetach = hello.isLive
    options.attachment = words(hello.attachment)
    options.openRun = { try connection(link.open($0, emit: $1)) }
    options.resumeRun = { try connection(link.resume($0, emit: $1)) }
    options.forkRun = {
      let opened = try link.fork($0, of: $1, emit: $2)
      return (opened.run, connection(opened))
    }
    if hello.isOneOfSeveral { options.firstView = .runs }
    link.start()
    defer { link.leave() }
    let outcome = try runWorkbench(inbox: inbox, options: options, send: link.send)
    switch outcome {
    case .ended where hello.isLive:
      let summary = link.waitUntilFinished()
      print("\(hello.run.run) \(summary.outcome) at step \(summary.step)")
    case .ended, .abandoned, .hangup: break
    case .detached: print("left \(hello.run.run) on \(far.name); the same command comes back")
    case .interrupted(let signal): throw ExitCode(128 + signal)
    }
  }

  private func connection(_ opened: RelayLink.Opened) -> RunConnection {
    RunConnection(
      attachment: words(opened.attachment), canDetach: opened.canDetach, begin: opened.begin, send: opened.send)
  }

  /// What the status line says. What is only read is said as it is of a run here.
  private func words(_ attachment: String) -> String {
    attachment == WorkbenchOptions.readOnly ? attachment : "attached on \(far.name)"
  }

  /// Prints what happens until the run ends.
  private func followInLines(json: Bool) throws {
    let reporter = LineReporter(json: json)
    let link = try RelayLink(far, asks: true, emit: reporter.report)
    SignalWatch.shared.watch(other: { if $0 == SIGHUP { _exit(128 + $0) } }, end: { _exit(128 + $0) })
    link.start()
    let summary = link.waitUntilFinished()
    link.leave()
    reporter.flush()
    if summary.outcome == .failed || summary.outcome == .lost {
      throw CommandFailure(message: summary.reason ?? "the run on \(far.name) failed at step \(summary.step).")
    }
    try reporter.checkLines()
  }
}
