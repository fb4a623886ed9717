import RunEvents

extension EvalResult {
  /// The score of a trial as an evaluation of its parent.
  ///
  /// - Parameters:
  ///   - result: of the trial's own evaluation after its last step.
  ///   - pictures: that it learned from.
  ///   - guidance: that the parent was under at its step.
  ///   - settings: the trial's session.
  ///   - elapsed: seconds that it trained.
  package init(
    _ result: EvalResult, ofTrial trial: String, _ origin: TrialOrigin, pictures: Int, guidance: String,
    _ settings: SessionFile, elapsed: Double
  ) {
    var data = result.data
    data?.train = pictures
    self.init(
      id: 0, kind: origin.kind, step: origin.step ?? 0, score: result.score, details: result.details,
      summary: settings.trialWords(pictures: pictures), seconds: elapsed + result.seconds,
      guidance: guidance, data: data, baselines: result.baselines, trial: trial)
  }
}

extension RunStore {
  /// The guidance that a run was under at a step; the one in force where that step is not known.
  package func guidance(of run: String, at step: Int) throws -> String {
    try metrics(of: run, after: max(0, step - 1), limit: 1).first?.guidance ?? self.run(named: run)?.guidance ?? ""
  }
}
