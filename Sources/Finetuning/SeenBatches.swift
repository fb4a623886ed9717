import Datasets
import Measures
import Tasks

/// What the micro-batches of a step saw.
struct SeenBatches: Codable {
  private(set) var pictures = 0
  private(set) var skipped: [SkippedPicture] = []
  private var losses: [Double] = []
  /// By micro-batch.
  private var passes: [Pass] = []

  private struct Pass: Codable {
    var shares: [Share]
    var means: [Mean]
  }

  private struct Share: Codable {
    var metric: Metric
    var right: Int
    var count: Int
  }

  private struct Mean: Codable {
    var metric: Metric
    var value: Double
  }

  init() {}

  /// Those of a whole step, whose micro-batches were dealt out to ranks one by one.
  init(dealt shares: [SeenBatches]) {
    for round in 0..<(shares.map(\.losses.count).max() ?? 0) {
      for share in shares where round < share.losses.count {
        losses.append(share.losses[round])
        passes.append(share.passes[round])
      }
    }
    pictures = shares.reduce(0) { $0 + $1.pictures }
    skipped = shares.flatMap(\.skipped)
  }

  mutating func add(_ batch: Batch, _ pass: TuningForward, loss: Double) {
    pictures += batch.count
    skipped += batch.skipped
    losses.append(loss)
    passes.append(
      Pass(
        shares: pass.shares.map { Share(metric: $0.metric, right: $0.right, count: $0.count) },
        means: pass.means.map { Mean(metric: $0.metric, value: $0.value) }))
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
