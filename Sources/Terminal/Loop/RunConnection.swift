import RunEvents

/// A run that lives elsewhere and can be put on the screen in place of another one.
package struct RunConnection: Sendable {
  /// As ``TerminalOptions/attachment`` and ``TerminalOptions/canDetach``.
  package var attachment: String
  package var canDetach: Bool
  /// Called once, on the thread of the screen, when the screen is this run's: it leaves the run before and lets events
  /// come. Must not wait.
  package var begin: @Sendable () -> Void
  package var send: @Sendable (RunCommand) -> Void

  package init(
    attachment: String, canDetach: Bool, begin: @escaping @Sendable () -> Void,
    send: @escaping @Sendable (RunCommand) -> Void
  ) {
    self.attachment = attachment
    self.canDetach = canDetach
    self.begin = begin
    self.send = send
  }
}

/// Makes a fork of a run and connects to it, as a ``RunOpener`` does.
package typealias RunForker =
  @Sendable (_ request: ForkRequest, _ parent: RunReference, _ emit: @escaping @Sendable (RunEvent) -> Void) throws
  -> (fork: RunReference, connection: RunConnection)

/// Connects to a run, whose events go to `emit` after ``RunConnection/begin``. May wait; throws if the run cannot be
/// seen.
package typealias RunOpener =
  @Sendable (_ run: RunReference, _ emit: @escaping @Sendable (RunEvent) -> Void) throws -> RunConnection
