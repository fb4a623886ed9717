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
      nobody's hands opens read-only from its store. The runs view opens the session's other runs on the same screen. Without a terminal, or with --plain or --json, its events are printed as they come.

      HOST:SESSION is a run on another machine that ssh knows: the workbench runs here, the run stays there, and `mvp relay` is started
      there to speak for it. A connection that breaks is taken up again by itself. MVP_SSH_COMMAND names another ssh, with its options.

      ~/.config/mvp/hosts (XDG_CONFIG_HOME is heeded) names the machines that runs are on, a line each:
        gpu1                                      any destination that ssh knows
        big = user@big.example.org                under a name of one's own; behind it also --program PATH, --sessions DIR
        hpc = --via "srun --overlap --jobid 123"  reached by a command in ssh's place; a destination would follow it
        # a comment
      The list of runs then has those of all of them, asked at once: they are opened, and laid over the curves, as runs of this machine
      are. One that does not answer is a line that says so; ssh asks nobody for a password while the workbench stands.

      SESSION may be left out, or be the name of a run. Where it does not say which run is meant, because several of one session go on
      or none does, the workbench begins with the list of runs, on the newest.

      EXAMPLE
        mvp run demo --headless &        a run without a screen, perhaps on another machine
        mvp attach                       the run that goes on; q leaves it alone
        mvp attach demo brisk-otter      one of several, or one that has ended
        mvp attach demo --json           its events as JSON lines
        mvp attach gpu1:demo             the run demo of the machine gpu1
        mvp attach --via "srun --overlap --jobid 123" demo
      """)

  @Argument(
    help: "Session: a name or a path to a YAML file; or a run; or either of another machine, HOST:SESSION or HOST:.",
    completion: Candidates.sessionsOrRuns)
  var session: String?

  @Argument(
    help: ArgumentHelp("Run; the one that goes on, or else the newest, where it is not given.", valueName: "run"),
    completion: Candidates.runs)
  var runName: String?

  @OptionGroup var place: SessionPlace

  @Flag(
    help: "Print every event as one JSON object a line (see Sources/RunEvents/PROTOCOL.md) instead of the workbench.")
  var json = false

  @Flag(help: "Print plain lines instead of the workbench.")
  var plain = false

  @Option(help: "Command that reaches the run's machine, in the place of ssh.") var via: String?
  @Option(help: "The program on the run's machine: a name or a path there.") var program = "mvp"

  @OptionGroup var display: DisplayOptions

  func run() throws {
    let isInLines = plain || json || !display.terminalIsUsable
    let file = try hostsFile()
    if !isInLines, via == nil, try watchWithHosts(file) { return }
    if let far = try farEnd(file) {
      return try RemoteWatch(far: far, display: display).run(json: json, isInLines: isInLines)
    }
    let found = try RunFinder(place: place, takesNewest: !isInLines).find(session: session, run: runName)
    if isInLines { return try followInLines(found) }
    do {
      try watch(found)
    } catch let error as TerminalError {
      writeError("\(error.description) The run's events are printed.")
      try followInLines(found)
    }
  }

  /// A file that says nothing that is understood keeps nobody from a run here.
  private func hostsFile() throws -> HostsFile {
    do { return try HostsFile.read() } catch let error as BackendError {
      writeError(error.description)
      return HostsFile.none
    }
  }

  /// Opens the workbench on the runs of all machines; false where there are no others, or a run of another one is meant
  /// that the file does not name.
  private func watchWithHosts(_ file: HostsFile) throws -> Bool {
    guard !file.hosts.isEmpty else { return false }
    let hosts = Hosts(file, place: place)
    let watch = HostsWatch(hosts: hosts, display: display)
    let parts = isFile ? nil : session.flatMap(FarEnd.parse)
    do {
      if let parts {
        // What is said beside it is of that machine.
        guard program == "mvp", place.sessions == nil, let link = hosts.link(named: parts.destination) else {
          return false
        }
        try watch.watch(try watch.run(session: parts.session, run: runName, on: link))
      } else if session != nil {
        let found = try RunFinder(place: place, takesNewest: true).find(session: session, run: runName)
        try watch.watch(RunReference(session: found.session, run: found.run.name), inList: found.isOneOfSeveral)
      } else {
        try watch.watch(nil, inList: true)
      }
    } catch let error as TerminalError {
      writeError("\(error.description) The run's events are printed.")
      return false
    }
    return true
  }

  private var isFile: Bool { session.map { FileManager.default.fileExists(atPath: $0) } ?? false }

  /// Where the run is, if not on this machine.
  private func farEnd(_ file: HostsFile) throws -> FarEnd? {
    let parts = via == nil && !isFile ? session.flatMap(FarEnd.parse) : nil
    guard via != nil || parts != nil else {
      if program != "mvp" {
        throw ValidationError("--program is of a run on another machine: name one as HOST:SESSION, or with --via.")
      }
      return nil
    }
    if program == "mvp", var far = file.hosts.first(where: { $0.name == parts?.destination })?.far {
      (far.session, far.run, far.sessions) = (parts?.session, runName, place.sessions ?? far.sessions)
      return far
    }
    var far = FarEnd(destination: parts?.destination, via: via)
    (far.session, far.run) = (via == nil ? parts?.session : session, runName)
    (far.program, far.sessions) = (program, place.sessions)
    return far
  }

  private func watch(_ found: FoundRun) throws {
    let inbox = EventInbox()
    let first = try Watched(found, in: place, emit: inbox.post)
    let visit = Visit(first, place: place)
    var options = display.terminalOptions
    options.loadHistory = place.historyLoader
    options.canDetach = first.isLive
    options.attachment = first.words
    options.openRun = visit.open
    options.resumeRun = visit.resume
    options.forkRun = visit.fork
    if found.isOneOfSeveral { options.firstView = .runs }
    first.start()
    let outcome = try runWorkbench(inbox: inbox, options: options, send: first.send)
    let last = visit.watched ?? first
    let name = last.found.run.name
    switch outcome {
    case .ended where last.isLive:
      let summary = last.waitUntilFinished()
      print("\(name) \(summary.outcome) at step \(summary.step)")
    case .ended, .abandoned, .hangup: break
    case .detached: print("left \(name); `mvp attach \(last.found.session) \(name)\(place.words)` comes back")
    case .interrupted(let signal): throw ExitCode(128 + signal)
    }
  }

  /// Prints what happens until the run ends.
  private func followInLines(_ found: FoundRun) throws {
    let reporter = LineReporter(json: json)
    let watched = try Watched(found, in: place, emit: reporter.report)
    SignalWatch.shared.watch(other: { if $0 == SIGHUP { _exit(128 + $0) } }, end: { _exit(128 + $0) })
    watched.start()
    let summary = watched.waitUntilFinished()
    reporter.flush()
    if summary.outcome == .failed || summary.outcome == .lost {
      throw CommandFailure(message: summary.reason ?? "run \(found.run.name) failed at step \(summary.step).")
    }
    try reporter.checkLines()
  }
}
