import RunEvents

/// What ``reduce(into:action:)`` asks of the world.
package enum WorkbenchEffect: Equatable, Sendable {
  case send(RunCommand)
  /// Read the run store, away from the screen's thread, and answer by an action.
  case loadHistory(HistoryRequest)
  /// Connect to another run, away from the screen's thread, and answer by an action; this one is left then.
  case open(RunReference)
  /// The same with a run that has ended: a process of its own goes on with it first.
  case resume(RunReference)
  /// The same with a fork of a run, which is made first.
  case fork(ForkRequest, of: RunReference)
  /// Leave the screen.
  case quit(QuitReason)
  case bell
  /// Paint every cell again, as something else may have written on the screen.
  case redraw
  case setTheme(String)
  /// Ask the terminal for the mouse, or leave it to the terminal.
  case setMouse(Bool)
  /// Refreshes a second.
  case setRefresh(hz: Int)
}

package enum QuitReason: Equatable, Sendable {
  /// The run has ended by itself or by a stop that was asked for.
  case ended
  /// The run goes on without this front end.
  case detached
  /// A person would not wait for the run to end.
  case abandoned
}
