import RunEvents
import Sessions

extension RunEngine {
  /// How long a newcomer waits for a store that cannot be written.
  private static let newcomerSeconds = 1.0

  /// Lets others attach themselves to the run. A run that cannot be attached to trains all the same.
  ///
  /// - Parameters:
  ///   - obey: takes a command, from any thread.
  ///   - wake: makes the next turn come, from any thread.
  func openControl(obey: @escaping @Sendable (RunCommand) -> Void, wake: @escaping @Sendable () -> Void) {
    let path = recorder.controlSocket.path
    RanksFile(store, recorder.name).remove()
    do {
      let recording = outlet.recording
      try control.open(
        at: path,
        for: ControlServer.Host(
          flush: { recording.settle(within: Self.newcomerSeconds, then: $0) }, emit: outlet.emit, obey: obey, wake: wake
        ))
    } catch {
      message(.warning, "nobody can attach to this run: the socket \(path) cannot be made (\(error))")
    }
  }
}
