import CNcurses
import Foundation
import RunEvents

/// Shows a run on the terminal and takes its keys until the person leaves, the run is stopped, or the terminal is gone.
///
/// The calling thread, the main thread as a rule, owns the terminal meanwhile. The engine runs elsewhere: its events go
/// into `inbox`, which is closed when this returns; commands come out of `send`, which is called on this thread or on
/// that of the signals and must not wait.
///
/// - SIGINT and SIGTERM send ``RunCommand/stopBySignal``; a second one `.stop(checkpoint: false)`; a third restores the
///   terminal and ends the process with status 128 + signal. A run that lives in another process
///   (``TerminalOptions/attachment``) is left as it is; the first signal ends this front end, as it does where a
///   machine is watched and no run (``TerminalOptions/machine``).
/// - SIGHUP, or a terminal that vanished, returns ``TerminalOutcome/hangup``; the run goes on. No other signal ends
///   anything.
/// - However this function or the process ends, short of SIGKILL, the terminal is restored.
///
/// Throws a ``TerminalError`` where there is no usable terminal, and a ``ThemeError`` where the theme cannot be used;
/// the terminal is then untouched. A script (``Script``) that waits in vain ends it with a ``ScriptError``; with a
/// script, no terminal is needed.
package func runWorkbench(
  inbox: EventInbox, options: TerminalOptions, send: @escaping @Sendable (RunCommand) -> Void
) throws -> TerminalOutcome {
  let library = ThemeLibrary(
    environment: options.environment, directory: options.themesDirectory,
    workingDirectory: FileManager.default.currentDirectoryPath,
    executable: try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe"))
  let appearance = try StartingAppearance(options, library: library)
  // Before curses, which leaves alone what is caught already.
  let signals = PendingSignals()
  let ownsRun = options.ownsRun
  SignalWatch.shared.start(withScreen: true) { signal in
    switch (signals.note(signal), ownsRun) {
    case (0, _): break
    case (1, true): send(.stopBySignal)
    case (2, true): send(.stop(checkpoint: false))
    case (1, false): break
    default:
      cn_restore()
      _exit(128 + signal)
    }
    inbox.wake.ring()
  }
  var options = options
  let privateTerminal = options.script != nil && !Screen.hasTerminal(options) ? PrivateTerminal() : nil
  if let privateTerminal {
    options.descriptor = privateTerminal.descriptor
    let type = options.environment["TERM"] ?? ""
    if type.isEmpty || type == "dumb" { options.environment["TERM"] = "xterm-256color" }
  }
  let screen: Screen
  do {
    screen = try Screen(options)
    screen.isPrivate = privateTerminal != nil
  } catch {
    cn_release_screen_signals()
    throw error
  }
  let capture = options.capturesOutput ? OutputCapture() : nil
  cn_catch_crashes(capture?.descriptor ?? -1, capture?.originalOutput ?? -1, capture?.originalErrors ?? -1)
  let loop = WorkbenchLoop(
    screen: screen, inbox: inbox, signals: signals, capture: capture, library: library, appearance: appearance,
    options: options, send: send)
  let outcome = withExtendedLifetime(privateTerminal) { loop.run() }
  // SIGHUP may come while the terminal is still there; it is then left as it was found.
  let isGone = loop.hasHungUp && !screen.isTerminal
  if isGone || loop.isSuspended {
    screen.abandon()
  } else {
    loop.awaitLastAnswer()
    screen.end()
  }
  if isGone {
    capture?.endWithoutTerminal()
    if options.descriptor == nil { leaveStandardInput() }
  } else {
    capture?.end()
  }
  cn_catch_crashes(-1, -1, -1)
  cn_release_screen_signals()
  inbox.close()
  if let failure = loop.scriptFailure { throw failure }
  return outcome
}

/// Reading from a terminal that is gone fails without end.
private func leaveStandardInput() {
  let nowhere = open("/dev/null", O_RDONLY)
  guard nowhere >= 0 else { return }
  dup2(nowhere, STDIN_FILENO)
  if nowhere > STDERR_FILENO { close(nowhere) }
}
