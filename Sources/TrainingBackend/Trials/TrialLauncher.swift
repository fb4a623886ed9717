import Sessions

/// Starts processes that make trials.
package struct TrialLauncher: Sendable {
  /// Starts a process that begins or goes on with a run, and returns at once.
  package let start: @Sendable (_ run: String, _ store: RunStore) throws -> Void
  /// The same, and returns once the process holds the run; throws its last words where it does not come so far.
  package let startAndWait: @Sendable (_ run: String, _ store: RunStore) throws -> Void

  package init(
    start: @escaping @Sendable (_ run: String, _ store: RunStore) throws -> Void,
    startAndWait: @escaping @Sendable (_ run: String, _ store: RunStore) throws -> Void
  ) {
    self.start = start
    self.startAndWait = startAndWait
  }

  static let missing = BackendError(
    "this process starts no others: make it in turns with the run, or by mvp eval --as-run.")
}
