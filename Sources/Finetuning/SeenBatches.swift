import Datasets
import Measures
import Pretraining

/// What the micro-batches of a step saw.
struct SeenBatches: Codable {
  private(set) var pictures = 0
  private(set) var skipped: [SkippedPicture] = []
  private var losses: [Double] = []
  /// By micro-batch.
  private var passes: [Pass] = []

  private struct Pass: Codable {
    var shares: [TuningForward.Share]
    var means: [TuningForward.Mean]
  }

  init() {}

  /// Those of a whole step, whose micro-batches were dealt out to ranks one by one.
  init(dealt shares: [SeenBatches]) {
    losses = StepSharing.dealt(shares.map(\.losses))
    passes = StepSharing.dealt(shares.map(\.passes))
    pictures = shares.reduce(0) { $0 + $1.pictures }
    skipped = shares.flatMap(\.skipped)
  }

  mutating func add(_ batch: Batch, _ pass: TuningForward, loss: Double) {
    pictures += batch.count
    skipped += batch.skipped
    losses.append(loss)
    passes.append(Pass(shares: pass.shares, means: pass.means))
  }

  func write(to values: inout MetricValues) {
    values[.loss] = losses.reduce(0, +) / Double(max(losses.count, 1))
    for (place, share) in (passes.first?.shares ?? []).enumerated() {
      let counted = passes.reduce(0) { $0 + $1.shares[place].count }
      // Of nothing there is no share.
      guard counted > 0 else { continue }
      values[share.metric] = Double(passes.reduce(0) { $0 + $1.shares[place].right }) / Double(counted)
    }
    for (place, mean) in (passes.first?.means ?? []).enumerated() {
      values[mean.metric] = passes.reduce(0) { $0 + $1.means[place].value } / Double(passes.count)
    }
  }
}
