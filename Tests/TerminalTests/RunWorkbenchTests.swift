import Foundation
import RunEvents
import Terminal
import Testing

/// The real loop with real curses on pseudo terminals. Curses and signals belong to the whole process: one at a time.
@Suite(.serialized) struct RunWorkbenchTests {
  private let terminal: PseudoTerminal

  init() throws {
    // Braille needs it; the loop reads the locale from the environment.
    setenv("LC_ALL", "C.UTF-8", 1)
    terminal = try #require(PseudoTerminal())
  }

  private func leave(_ workbench: WorkbenchUnderTest) throws {
    workbench.finish()
    #expect(PseudoTerminal.wait { terminal.received.contains("FINISHED") || terminal.received.contains("finished") })
    terminal.type("q")
    #expect(try workbench.outcome() == .ended)
  }

  @Test func keysBecomeCommandsAndTheTerminalIsRestored() throws {
    let before = terminal.settings()
    let workbench = WorkbenchUnderTest(terminal)
    #expect(workbench.begin())
    #expect(terminal.received.contains("\u{1B}[?1049h"))
    #expect(terminal.settings() != before)
    terminal.type("p")
    #expect(PseudoTerminal.wait { workbench.sent == [.pause] })
    workbench.inbox.post(.state(RunStateChange(state: .paused, step: 3)))
    #expect(PseudoTerminal.wait { terminal.received.contains("PAUSED") })
    terminal.type("g")
    #expect(PseudoTerminal.wait { workbench.sent.last == .switchGuidance(name: "dino") })
    try leave(workbench)
    #expect(PseudoTerminal.wait { terminal.received.contains("\u{1B}[?1049l") })
    let end = terminal.received.suffix(200)
    #expect(end.contains("\u{1B}[?2004l"))
    #expect(end.contains("?25h"))
    #expect(terminal.settings() == before)
  }

  /// Another run takes the screen: what is sent goes to it, what the one before still says is dropped, nothing is given
  /// back.
  @Test func anotherRunTakesTheScreen() throws {
    let other = OtherRun()
    let workbench = WorkbenchUnderTest(
      terminal, environment: ["TERM": "xterm-256color"],
      openRun: { reference, emit in try other.open(reference, emit) })
    #expect(workbench.begin())
    let listings = ["brisk-otter", "calm-fox", "never-begun"].map {
      RunListing(
        name: $0, state: .running, guidance: "clip", step: 1, totalSteps: 9, created: Date(), updated: Date())
    }
    workbench.inbox.post(.runs(RunCatalog(runs: listings)))
    terminal.type(":")
    usleep(100_000)
    terminal.type("open never\r")
    #expect(PseudoTerminal.wait { terminal.received.contains("there is nothing to see") })
    terminal.type(":open calm\r")
    #expect(PseudoTerminal.wait { other.hasBegun })
    workbench.inbox.post(.state(RunStateChange(state: .paused, step: 4)))
    #expect(PseudoTerminal.wait { terminal.received.contains("read-only") })
    terminal.type("p")
    #expect(PseudoTerminal.wait { other.sent.contains(.pause) })
    #expect(!workbench.sent.contains(.pause) && !terminal.received.contains("PAUSED"))
    #expect(!terminal.received.contains("\u{1B}[?1049l") && !terminal.received.contains("waiting for the run"))
    other.finish()
    #expect(PseudoTerminal.wait { terminal.received.contains("FINISHED") })
    terminal.type("q")
    #expect(try workbench.outcome() == .ended)
  }

  @Test func theScreenIsNeverClearedInARefresh() throws {
    let workbench = WorkbenchUnderTest(terminal)
    #expect(workbench.begin())
    usleep(300_000)
    let start = terminal.receivedBytes
    for number in 1...5 {
      workbench.step(number)
      usleep(250_000)
    }
    let refreshes = String(decoding: Array(terminal.received.utf8)[start...], as: UTF8.self)
    #expect(!refreshes.isEmpty)
    #expect(!refreshes.contains("\u{1B}[2J"))
    #expect(!refreshes.contains("\u{1B}[H\u{1B}[J"))
    try leave(workbench)
  }

  @Test func aStoppedRunSendsNothing() throws {
    let workbench = WorkbenchUnderTest(terminal)
    #expect(workbench.begin())
    workbench.inbox.post(.state(RunStateChange(state: .paused, step: 0)))
    #expect(PseudoTerminal.wait { terminal.received.contains("PAUSED") })
    usleep(400_000)
    let start = terminal.receivedBytes
    usleep(1_500_000)
    #expect(terminal.receivedBytes - start < 40)
    try leave(workbench)
  }

  @Test func pastedTextAndAltKeysPressNothing() throws {
    let workbench = WorkbenchUnderTest(terminal)
    #expect(workbench.begin())
    terminal.type("\u{1B}[200~pgc\u{1B}[201~")
    usleep(200_000)
    terminal.type("\u{1B}p")
    usleep(200_000)
    #expect(workbench.sent.isEmpty)
    terminal.type("p")
    #expect(PseudoTerminal.wait { workbench.sent == [.pause] })
    try leave(workbench)
  }

  @Test func aTerminalThatVanishesLeavesTheRunAlone() throws {
    let workbench = WorkbenchUnderTest(terminal)
    #expect(workbench.begin())
    terminal.hangUp()
    #expect(try workbench.outcome() == .hangup)
    #expect(workbench.sent.isEmpty)
    // Posting goes on without anybody taking it.
    workbench.step(1)
    #expect(workbench.inbox.drain().isEmpty)
  }

  @Test func aHangupOfATerminalThatIsThereRestoresIt() throws {
    let before = terminal.settings()
    let workbench = WorkbenchUnderTest(terminal)
    #expect(workbench.begin())
    kill(getpid(), SIGHUP)
    #expect(try workbench.outcome() == .hangup)
    #expect(workbench.sent.isEmpty)
    #expect(PseudoTerminal.wait { terminal.received.contains("\u{1B}[?1049l") })
    #expect(terminal.settings() == before)
  }

  /// What was asked for before the terminal went still holds.
  @Test func aHangupAfterSigtermIsStillAnInterruption() throws {
    let workbench = WorkbenchUnderTest(terminal)
    #expect(workbench.begin())
    kill(getpid(), SIGTERM)
    #expect(PseudoTerminal.wait { workbench.sent == [.stopBySignal] })
    terminal.hangUp()
    #expect(try workbench.outcome() == .interrupted(signal: SIGTERM))
  }

  @Test func otherSignalsEndNothing() throws {
    let workbench = WorkbenchUnderTest(terminal)
    #expect(workbench.begin())
    for signal in [SIGCONT, SIGWINCH, SIGPIPE, SIGUSR1, SIGUSR2, SIGALRM] {
      kill(getpid(), signal)
      usleep(20_000)
    }
    terminal.type("8")
    #expect(PseudoTerminal.wait { terminal.received.contains("SIGALRM means nothing here") })
    #expect(workbench.sent.isEmpty)
    try leave(workbench)
  }

  @Test func sigtermAsksForAStopWithACheckpoint() throws {
    let workbench = WorkbenchUnderTest(terminal)
    #expect(workbench.begin())
    kill(getpid(), SIGTERM)
    #expect(PseudoTerminal.wait { workbench.sent == [.stopBySignal] })
    kill(getpid(), SIGTERM)
    #expect(PseudoTerminal.wait { workbench.sent.last == .stop(checkpoint: false) })
    workbench.finish()
    #expect(try workbench.outcome() == .interrupted(signal: SIGTERM))
  }

  @Test func aStopIsHeardWhileTheTerminalTakesNothing() throws {
    let workbench = WorkbenchUnderTest(terminal)
    #expect(workbench.begin())
    terminal.setReading(false)
    // Every redraw is some kilobytes: the terminal's buffer is soon full.
    for number in 1...60 {
      terminal.type("\u{0C}")
      workbench.step(number)
      usleep(10_000)
    }
    kill(getpid(), SIGTERM)
    #expect(PseudoTerminal.wait { workbench.sent == [.stopBySignal] })
    // Nor is the end of the run held up by it.
    workbench.finish()
    #expect(try workbench.outcome() == .interrupted(signal: SIGTERM))
    terminal.setReading(true)
  }

  @Test func resizeIsFollowedDownToNothing() throws {
    let workbench = WorkbenchUnderTest(terminal)
    #expect(workbench.begin())
    for (columns, rows, sign) in [(20, 6, "needs"), (1, 1, "n"), (100, 30, "RUNNING")] {
      let start = terminal.receivedBytes
      terminal.resize(columns: columns, rows: rows)
      kill(getpid(), SIGWINCH)
      #expect(
        PseudoTerminal.wait {
          String(decoding: Array(terminal.received.utf8)[start...], as: UTF8.self).contains(sign)
        }, "\(columns)x\(rows)")
      usleep(100_000)
    }
    try leave(workbench)
  }

  @Test(arguments: ["", "dumb", "no-such-terminal"]) func unusableTerminalsAreToldInOneSentence(_ term: String) throws {
    let workbench = WorkbenchUnderTest(terminal, term: term)
    #expect {
      _ = try workbench.outcome()
    } throws: {
      $0 is TerminalError && (term.isEmpty || "\($0)".contains(term)) && "\($0)".hasSuffix("lines are printed.")
    }
    #expect(terminal.received.isEmpty)
  }

  @Test(arguments: ["vt100", "linux", "screen-256color", "xterm-kitty"]) func otherTerminals(_ term: String) throws {
    let workbench = WorkbenchUnderTest(terminal, term: term)
    #expect(workbench.begin())
    terminal.type("p")
    #expect(PseudoTerminal.wait { workbench.sent == [.pause] })
    // A terminal without colours gets none: 30 and above are colours in the sequences that end in m.
    let styles = terminal.received.matches(of: /\u{1B}\[([0-9;]*)m/).flatMap { $0.1.split(separator: ";") }
    #expect(styles.contains { (Int($0) ?? 0) >= 30 } == (term != "vt100"))
    try leave(workbench)
  }

  @Test func fullColourIsUsedWhereItIsPromised() throws {
    let workbench = WorkbenchUnderTest(terminal, environment: ["TERM": "xterm-256color", "COLORTERM": "truecolor"])
    #expect(workbench.begin())
    // #5fafff, the colour of CLIP, in 5 bits a channel.
    #expect(terminal.received.contains("\u{1B}[38;2;99;173;255m"))
    try leave(workbench)
    #expect(ProcessInfo.processInfo.environment["TERMINFO"] == nil)
  }

  @Test func noColorMeansNone() throws {
    let workbench = WorkbenchUnderTest(
      terminal, environment: ["TERM": "xterm-256color", "COLORTERM": "truecolor", "NO_COLOR": "1"])
    #expect(workbench.begin())
    try leave(workbench)
    let styles = terminal.received.matches(of: /\u{1B}\[([0-9;]*)m/).flatMap { $0.1.split(separator: ";") }
    #expect(!styles.contains { (30...38).contains(Int($0) ?? 0) || (40...48).contains(Int($0) ?? 0) })
  }
}
