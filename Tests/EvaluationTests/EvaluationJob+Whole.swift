import Evaluation

extension EvaluationJob {
  /// Runs the job to its end.
  func finish() throws -> EvaluationScore {
    while true {
      if case .done(let score) = try advance() { return score }
    }
  }
}

extension KNNEvaluation {
  convenience init(
    subject: EvaluationSubject, data: EvaluationData, ks: [Int] = [20], temperature: Double = 0.07
  ) throws {
    try self.init(features: FeaturePair(subject: subject, data: data), ks: ks, temperature: temperature)
  }
}

extension LinearProbe {
  convenience init(
    subject: EvaluationSubject, data: EvaluationData, options: LinearProbeOptions = LinearProbeOptions()
  ) throws {
    try self.init(features: FeaturePair(subject: subject, data: data), options: options)
  }
}
