/// Which evaluation to run, with its options; absent options take the session's, then the evaluation's defaults.
public struct EvalRequest: Codable, Equatable, Sendable {
  /// `knn` or `linear`.
  public var kind: String
  /// Options by name, as text: `k`, `temperature`, `epochs`, ...
  public var options: [String: String]

  public init(kind: String, options: [String: String] = [:]) {
    self.kind = kind
    self.options = options
  }
}

public struct EvalProgress: Codable, Equatable, Sendable {
  /// Counts the evaluations of a run from 1.
  public var id: Int
  public var kind: String
  /// Step whose student is evaluated.
  public var step: Int
  /// 0...1; 0 while queued.
  public var fraction: Double
  /// Seconds left, once it can be told.
  public var eta: Double?
  /// What is being done: `queued`, `features 320/8000`, `epoch 3/20`.
  public var phase: String

  public init(id: Int, kind: String, step: Int, fraction: Double, eta: Double? = nil, phase: String) {
    self.id = id
    self.kind = kind
    self.step = step
    self.fraction = fraction
    self.eta = eta
    self.phase = phase
  }
}

public struct EvalResult: Codable, Equatable, Sendable {
  public var id: Int
  public var kind: String
  public var step: Int
  /// Main score in 0...1 (top-1 accuracy).
  public var score: Double
  /// Further scores by name.
  public var details: [String: Double]
  /// Options in words: `k=20 T=0.07`.
  public var summary: String
  public var seconds: Double
  public var guidance: String
  /// What it was found on; nil from programs before 0.2, and where only scores were kept. Its fields stand among these
  /// in JSON.
  public var data: EvalData?

  public init(
    id: Int, kind: String, step: Int, score: Double, details: [String: Double] = [:], summary: String = "",
    seconds: Double, guidance: String, data: EvalData? = nil
  ) {
    self.id = id
    self.kind = kind
    self.step = step
    self.score = score
    self.details = details
    self.summary = summary
    self.seconds = seconds
    self.guidance = guidance
    self.data = data
  }

  enum CodingKeys: String, CodingKey { case id, kind, step, score, details, summary, seconds, guidance }

  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    id = try values.decode(Int.self, forKey: .id)
    kind = try values.decode(String.self, forKey: .kind)
    step = try values.decode(Int.self, forKey: .step)
    score = try values.decode(Double.self, forKey: .score)
    details = try values.decode([String: Double].self, forKey: .details)
    summary = try values.decode(String.self, forKey: .summary)
    seconds = try values.decode(Double.self, forKey: .seconds)
    guidance = try values.decode(String.self, forKey: .guidance)
    let hasData = try decoder.container(keyedBy: EvalData.CodingKeys.self).contains(.classes)
    data = hasData ? try EvalData(from: decoder) : nil
  }

  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(id, forKey: .id)
    try values.encode(kind, forKey: .kind)
    try values.encode(step, forKey: .step)
    try values.encode(score, forKey: .score)
    try values.encode(details, forKey: .details)
    try values.encode(summary, forKey: .summary)
    try values.encode(seconds, forKey: .seconds)
    try values.encode(guidance, forKey: .guidance)
    try data?.encode(to: encoder)
  }
}

public struct EvalFailure: Codable, Equatable, Sendable {
  /// The reason of one that was asked to end.
  public static let cancelled = "cancelled"

  public var id: Int
  public var kind: String
  public var step: Int
  public var reason: String

  public init(id: Int, kind: String, step: Int, reason: String) {
    self.id = id
    self.kind = kind
    self.step = step
    self.reason = reason
  }
}
