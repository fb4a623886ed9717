import RunEvents

extension ModelEvaluation.Report {
  /// What a trial found, as it stands among the evaluations of its parent.
  package init(_ result: EvalResult, of run: String, in session: String) {
    let data = result.data ?? EvalData(classes: 0, classNames: [], train: 0, test: 0, split: "")
    self.init(
      session: session, run: run, subject: "\(session) / \(run), step \(result.step)", kind: result.kind,
      step: result.step, score: result.score, details: result.details, summary: result.summary,
      guidance: result.guidance, train: "\(data.train) pictures \(data.split)",
      test: "\(data.test) pictures \(data.split)", seconds: result.seconds, notes: [], data: data,
      baselines: result.baselines, trial: result.trial)
  }
}
