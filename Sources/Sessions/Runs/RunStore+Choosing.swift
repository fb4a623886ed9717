/// Which run is meant where none is named.
extension RunStore {
  /// A run that is to go on, and which one that is.
  package struct ResumeChoice {
    package let run: RunRecord
    /// As part of a sentence: `the newest run of demo`.
    package let why: String
    /// What names the session on a command line.
    let session: String

    /// - Parameter step: that of the checkpoint to go on from.
    /// - Throws: ``SessionError`` if all steps that a session asks for are made, with the way to make more.
    func checkLength(of settings: SessionFile, madeIn step: Int) throws {
      guard let steps = settings.schedule.steps, steps <= step else { return }
      throw finished(step: step, asked: steps)
    }

    package func finished(step: Int, asked: Int) -> SessionError {
      let run = run.name
      let state =
        asked == step
        ? "is finished: it made all of its \(step) steps"
        : "made \(step) steps already, more than the \(asked) asked for"
      return SessionError(
        .contradiction, keyPath: "schedule.steps",
        "run \(run) \(state); train it longer with `mvp run \(session) --resume --run \(run) --set schedule.steps=\(2 * step)`, or "
          + "begin a new one with `mvp run \(session)`.")
    }
  }

  /// The run of that name; without a name the newest that made a step, or else the newest; trials are named. Nil if
  /// there is none.
  ///
  /// - Parameter typed: the session as a person named it, for the commands that are recommended.
  /// - Throws: ``RunStoreError``: `busy` where that run is in the hands of a process, `notFound` where no run has that
  ///   name.
  package func chooseToResume(_ name: String?, session typed: String? = nil) throws -> ResumeChoice? {
    let session = typed ?? directory.lastPathComponent
    if let name {
      guard let record = try run(named: name), !record.isUntrained else { throw notFound(name) }
      guard !record.isActive else { throw busy(name, session: session) }
      return ResumeChoice(run: record, why: "the run that was named", session: session)
    }
    let runs = try runs().filter { !$0.isUntrained && $0.trial == nil }
    guard let newest = runs.first else { return nil }
    if newest.isActive {
      let other = runs.first { !$0.isActive && $0.lastStep > 0 }
      throw busy(
        newest.name, session: session, is: ", the newest of session \(directory.lastPathComponent),", other: other)
    }
    guard newest.lastStep == 0, let trained = runs.first(where: { $0.lastStep > 0 }) else {
      return ResumeChoice(run: newest, why: "the newest run of \(directory.lastPathComponent)", session: session)
    }
    guard !trained.isActive else {
      throw busy(
        trained.name, session: session, is: ", the newest of session \(directory.lastPathComponent) that made a step,")
    }
    return ResumeChoice(
      run: trained,
      why: "the newest run of \(directory.lastPathComponent) that made a step (\(newest.name) is newer and made none)",
      session: session)
  }

  /// That a process has a run in hand, and what can be done.
  func busy(
    _ run: String, session typed: String? = nil, is what: String = "", other: RunRecord? = nil
  ) -> RunStoreError {
    let session = typed ?? directory.lastPathComponent
    let holder = RunLock.holder(path: lockPath(run)).map { "process \($0)" } ?? "another process"
    let instead = other.map {
      ", `mvp run \(session) --resume --run \($0.name)` goes on with an older one (step \($0.lastStep) of \($0.totalSteps))"
    }
    return RunStoreError(
      .busy,
      "run \(run)\(what) is being trained by \(holder): `mvp attach \(session) \(run)` shows and steers it\(instead ?? ""); "
        + "else end that process, or begin a new run.")
  }

  /// The newest run that made a step, or else the newest; neither entries of untrained students nor trials are meant.
  package func newestToJudge() throws -> RunRecord? {
    let runs = try runs().filter { !$0.isUntrained && $0.trial == nil }
    return runs.first { $0.lastStep > 0 } ?? runs.first
  }
}
