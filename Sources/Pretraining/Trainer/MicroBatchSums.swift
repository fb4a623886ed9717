import Datasets
import Measures
import Tasks

/// Gathers what micro-batches measured.
struct MicroBatchSums: Codable {
  private(set) var pictures = 0
  private(set) var skipped: [SkippedPicture] = []
  private var losses: [Double] = []
  /// By micro-batch, guidance and measure.
  private var measured: [[[Double?]]] = []
  /// What the method measures of its own, by micro-batch.
  private var parts: [[Part]] = []

  private struct Part: Codable {
    var metric: Metric
    var value: Double
  }

  /// - Parameter measured: by guidance and measure.
  mutating func add(
    loss: Double, parts: [(metric: Metric, value: Double)], measured: [[Double?]], batch: MaskedBatch
  ) {
    losses.append(loss)
    self.parts.append(parts.map { Part(metric: $0.metric, value: $0.value) })
    self.measured.append(measured)
    pictures += batch.count
    skipped += batch.skipped
  }

  var meanLoss: Double { losses.reduce(0, +) / Double(max(losses.count, 1)) }

  init() {}

  /// Those of a whole step, whose micro-batches were dealt out to ranks one by one.
  init(dealt shares: [MicroBatchSums]) {
    losses = StepSharing.dealt(shares.map(\.losses))
    measured = StepSharing.dealt(shares.map(\.measured))
    parts = StepSharing.dealt(shares.map(\.parts))
    pictures = shares.reduce(0) { $0 + $1.pictures }
    skipped = shares.flatMap(\.skipped)
  }

  /// - Parameters:
  ///   - measures: in the order of ``add(loss:parts:measured:batch:)``.
  ///   - names: of the guidances.
  ///   - shares: what each weighs in a mixture.
  func addMeans(
    to values: inout MetricValues, _ measures: [BatchMeasure], names: [String], shares: [Float]
  ) {
    for (place, part) in (parts.first ?? []).enumerated() { values[part.metric] = mean(parts.map { $0[place].value }) }
    for (place, measure) in measures.enumerated() {
      let byGuidance = names.indices.map { guidance in mean(measured.compactMap { $0[guidance][place] }) }
      guard names.count > 1 else {
        values[measure.metric] = byGuidance[0]
        continue
      }
      let known = zip(byGuidance, shares).compactMap { value, share in value.map { ($0, Double(share)) } }
      let weight = known.reduce(0) { $0 + $1.1 }
      values[measure.metric] = weight > 0 ? known.reduce(0) { $0 + $1.0 * $1.1 } / weight : nil
      guard measure.isTold else { continue }
      for (name, value) in zip(names, byGuidance) where value != nil {
        values[measure.metric.of(teacher: name)] = value
      }
    }
  }

  private func mean(_ values: [Double]) -> Double? {
    values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
  }
}
