import Measures

/// What one applied optimiser step measured.
package struct StepMetrics: Equatable, Sendable {
  /// 1-based number of the step that was just applied.
  package var step: Int
  package var totalSteps: Int
  /// Passes over the training data so far, fractional.
  package var epoch: Double
  /// Name of the guidance that gave this step's targets.
  package var guidance: String
  /// What ``RunDescription/metrics`` describe.
  package var values: MetricValues
  /// Seconds that this run has trained for, pauses left out, resumed parts included.
  package var elapsedSeconds: Double
  /// Pictures that could not be decoded so far.
  package var skippedPictures: Int
  /// When the step ended, in seconds since 1970.
  package var time: Double?

  package init(
    step: Int, totalSteps: Int, epoch: Double, guidance: String, values: MetricValues, elapsedSeconds: Double = 0,
    skippedPictures: Int = 0, time: Double? = nil
  ) {
    self.step = step
    self.totalSteps = totalSteps
    self.epoch = epoch
    self.guidance = guidance
    self.values = values
    self.elapsedSeconds = elapsedSeconds
    self.skippedPictures = skippedPictures
    self.time = time
  }

  /// NaN if the step has none.
  package var loss: Double {
    get { values[.loss] ?? .nan }
    set { values[.loss] = newValue }
  }
}

/// As JSON, flat: a number stands under its metric's key; those of the phases stand together under `phases`, without
/// their unit. Any other number of an object is a metric, whether or not this version of the program knows it.
extension StepMetrics: Codable {
  private enum Field: String, CaseIterable {
    case step, epoch, guidance, phases, time
    case totalSteps = "total_steps"
    case elapsedSeconds = "elapsed_seconds"
    case skippedPictures = "skipped_pictures"

    var key: Name { Name(rawValue) }
  }

  private struct Name: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }

    init(_ name: String) { stringValue = name }
    init?(stringValue: String) { self.init(stringValue) }
    init?(intValue: Int) { nil }
  }

  /// Names that are no metric's: those of this type, and of the event around it.
  private static let taken = Set(Field.allCases.map(\.rawValue) + RunEvent.EnvelopeKeys.allCases.map(\.rawValue))

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Name.self)
    try container.encode(step, forKey: Field.step.key)
    try container.encode(totalSteps, forKey: Field.totalSteps.key)
    try container.encode(epoch, forKey: Field.epoch.key)
    try container.encode(guidance, forKey: Field.guidance.key)
    try container.encode(elapsedSeconds, forKey: Field.elapsedSeconds.key)
    try container.encode(skippedPictures, forKey: Field.skippedPictures.key)
    try container.encodeIfPresent(time, forKey: Field.time.key)
    for (key, number) in zip(values.keys, values.numbers) where !key.isPhase && !Self.taken.contains(key.name) {
      try container.encodeIfPresent(number, forKey: Name(key.name))
    }
    guard values.keys.contains(where: \.isPhase) else { return }
    var phases = container.nestedContainer(keyedBy: Name.self, forKey: Field.phases.key)
    for (key, number) in zip(values.keys, values.numbers) where key.isPhase {
      try phases.encodeIfPresent(number, forKey: Name(Self.phaseName(key.name)))
    }
  }

  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Name.self)
    step = try container.decode(Int.self, forKey: Field.step.key)
    totalSteps = try container.decode(Int.self, forKey: Field.totalSteps.key)
    epoch = try container.decode(Double.self, forKey: Field.epoch.key)
    guidance = try container.decode(String.self, forKey: Field.guidance.key)
    elapsedSeconds = try container.decode(Double.self, forKey: Field.elapsedSeconds.key)
    skippedPictures = try container.decode(Int.self, forKey: Field.skippedPictures.key)
    time = try container.decodeIfPresent(Double.self, forKey: Field.time.key)
    var keys: [MetricKey] = []
    var numbers: [Double?] = []
    func take(_ name: Name, from container: KeyedDecodingContainer<Name>, isPhase: Bool) {
      guard let number = try? container.decode(Double.self, forKey: name) else { return }
      keys.append(
        MetricKey(
          name: isPhase ? name.stringValue + Metric.Phase.keySuffix : name.stringValue, isPhase: isPhase))
      numbers.append(number)
    }
    for name in Self.ordered(container) where !Self.taken.contains(name.stringValue) {
      take(name, from: container, isPhase: false)
    }
    if let phases = try? container.nestedContainer(keyedBy: Name.self, forKey: Field.phases.key) {
      for name in Self.ordered(phases) { take(name, from: phases, isPhase: true) }
    }
    values = MetricValues(keys: keys, numbers: numbers)
  }

  private static func ordered(_ container: KeyedDecodingContainer<Name>) -> [Name] {
    container.allKeys.sorted { $0.stringValue < $1.stringValue }
  }

  private static func phaseName(_ key: String) -> String {
    key.hasSuffix(Metric.Phase.keySuffix) ? String(key.dropLast(Metric.Phase.keySuffix.count)) : key
  }
}
