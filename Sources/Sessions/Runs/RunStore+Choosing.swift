/// Which run is meant where none is named.
extension RunStore {
  /// The newest run that can go on: one that made a step, if there is any; one that never did has no checkpoint to go on from.
  public func newestToResume() throws -> RunRecord? {
    let runs = try runs().filter(\.canResume)
    return runs.first { $0.lastStep > 0 } ?? runs.first
  }

  /// The run of that name, or else ``newestToResume()``.
  public func runToResume(named name: String?) throws -> RunRecord? {
    guard let name else { return try newestToResume() }
    guard let record = try run(named: name) else { throw notFound(name) }
    return record
  }

  /// The newest run that made a step, or else the newest; entries of untrained students are none.
  package func newestToJudge() throws -> RunRecord? {
    let runs = try runs().filter { !$0.isUntrained }
    return runs.first { $0.lastStep > 0 } ?? runs.first
  }
}
