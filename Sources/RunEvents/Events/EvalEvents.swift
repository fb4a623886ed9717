/// Which evaluation to run, with its options; absent options take the session's, then the evaluation's defaults.
package struct EvalRequest: Codable, Equatable, Sendable {
  /// Its name: `knn`.
  package var kind: String
  /// Options by name, as text: `k`, `temperature`, ...
  package var options: [String: String]
  /// Asks for a run of its own, a trial, in place of an evaluation in turns with the run; nil: the latter.
  package var trial: TrialStart?

  package init(kind: String, options: [String: String] = [:], trial: TrialStart? = nil) {
    self.kind = kind
    self.options = options
    self.trial = trial
  }
}

package struct EvalProgress: Codable, Equatable, Sendable {
  /// Counts the evaluations of a run from 1.
  package var id: Int
  package var kind: String
  /// Step whose student is evaluated.
  package var step: Int
  /// 0...1; 0 while queued.
  package var fraction: Double
  /// Seconds left, once it can be told.
  package var eta: Double?
  /// What is being done: `queued`, `features 320/8000`, `epoch 3/20`.
  package var phase: String
  /// Name of the run of its own that makes it; nil: it is made in turns with the run.
  package var trial: String?

  /// What a trial does before its first step, as its phase.
  package static let (waits, begins) = ("waits for the end", "begins")

  package init(
    id: Int, kind: String, step: Int, fraction: Double, eta: Double? = nil, phase: String, trial: String? = nil
  ) {
    self.trial = trial
    self.id = id
    self.kind = kind
    self.step = step
    self.fraction = fraction
    self.eta = eta
    self.phase = phase
  }
}

package struct EvalResult: Codable, Equatable, Sendable {
  package var id: Int
  package var kind: String
  package var step: Int
  /// Main score in 0...1 (top-1 accuracy).
  package var score: Double
  /// Further scores by name.
  package var details: [String: Double]
  /// Options in words: `k=20 T=0.07`.
  package var summary: String
  package var seconds: Double
  package var guidance: String
  /// What it was found on; nil from earlier programs, and where only scores were kept. Its fields stand among these
  /// in JSON.
  package var data: EvalData?
  /// What the score is held against; nil from earlier programs. Its fields stand among these in JSON.
  package var baselines: EvalBaselines?
  /// Name of the run of its own that made it; nil: it was made in turns with the run.
  package var trial: String?

  package init(
    id: Int, kind: String, step: Int, score: Double, details: [String: Double] = [:], summary: String = "",
    seconds: Double, guidance: String, data: EvalData? = nil, baselines: EvalBaselines? = nil, trial: String? = nil
  ) {
    self.trial = trial
    self.id = id
    self.kind = kind
    self.step = step
    self.score = score
    self.details = details
    self.summary = summary
    self.seconds = seconds
    self.guidance = guidance
    self.data = data
    self.baselines = baselines
  }

  enum CodingKeys: String, CodingKey { case id, kind, step, score, details, summary, seconds, guidance, trial }

  package init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    id = try values.decode(Int.self, forKey: .id)
    kind = try values.decode(String.self, forKey: .kind)
    step = try values.decode(Int.self, forKey: .step)
    score = try values.decode(Double.self, forKey: .score)
    details = try values.decode([String: Double].self, forKey: .details)
    summary = try values.decode(String.self, forKey: .summary)
    seconds = try values.decode(Double.self, forKey: .seconds)
    guidance = try values.decode(String.self, forKey: .guidance)
    trial = try values.decodeIfPresent(String.self, forKey: .trial)
    let hasData = try decoder.container(keyedBy: EvalData.CodingKeys.self).contains(.classes)
    data = hasData ? try EvalData(from: decoder) : nil
    let hasBaselines = try decoder.container(keyedBy: EvalBaselines.CodingKeys.self).contains(.chance)
    baselines = hasBaselines ? try EvalBaselines(from: decoder) : nil
  }

  package func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(id, forKey: .id)
    try values.encode(kind, forKey: .kind)
    try values.encode(step, forKey: .step)
    try values.encode(score, forKey: .score)
    try values.encode(details, forKey: .details)
    try values.encode(summary, forKey: .summary)
    try values.encode(seconds, forKey: .seconds)
    try values.encode(guidance, forKey: .guidance)
    try values.encodeIfPresent(trial, forKey: .trial)
    try data?.encode(to: encoder)
    try baselines?.encode(to: encoder, with: score)
  }
}

package struct EvalFailure: Codable, Equatable, Sendable {
  /// The reason of an evaluation that a person cancelled.
  package static let cancelled = "cancelled"

  package var id: Int
  package var kind: String
  package var step: Int
  package var reason: String

  package init(id: Int, kind: String, step: Int, reason: String) {
    self.id = id
    self.kind = kind
    self.step = step
    self.reason = reason
  }
}
