import Measures
import Ranks
import Tasks
import Tensors

/// A step that several processes make together.
extension Trainer {
  /// From the next step on, this process makes its share of each.
  ///
  /// - Throws: ``RankError`` where the run's recipe depends on all pictures of a batch being seen in one place, or its
  ///   micro-batches cannot be dealt out.
  package func share(_ sharing: StepSharing) throws {
    guard settings.accumulation % sharing.group.count == 0 else {
      throw RankError(
        "\(settings.accumulation) micro-batches cannot be dealt out to \(sharing.group.count) ranks: let "
          + "schedule.batch_size times schedule.accumulation be a multiple of the ranks.")
    }
    for head in heads.values where head.statistics.form != .raw {
      throw RankError(
        "objective.targets is \(head.statistics.form.rawValue), and that form follows what one process has seen: choose raw, "
          + "or train with one rank.")
    }
    self.sharing = sharing
  }

  /// Numbers of a step's micro-batches that are made here.
  var microBatches: StrideTo<Int> {
    stride(from: sharing?.group.rank ?? 0, to: settings.accumulation, by: sharing?.group.count ?? 1)
  }

  /// What comes of all micro-batches of a step. Every rank gives its share, and all get the same answer: gradients and
  /// statistics of the whole, one rejection, or an error.
  ///
  /// The ranks agree once the losses are known, and before the last backward pass: nothing can fail from there on, and
  /// gradients are on their way while that pass goes on.
  func sharedGradients(
    of parameters: [NamedTensor], by sharing: StepSharing, _ heads: [GuidanceHead],
    _ statistics: inout [TargetStatistics], _ values: inout MetricValues
  ) throws -> MadeGradients {
    let before = statistics
    let waited = sharing.group.waited
    // Those of this rank's share alone.
    statistics = before.map(\.emptied)
    var watch = Stopwatch()
    var last: Tensor?
    let own = Result { try gradients(heads, &statistics, &values) { last = $0 } }
    var seconds = watch.lap()
    let reports = try sharing.exchange(ShareReport(own, sharing.ownWork))
    if case .failure(let error) = own { throw error }
    for (rank, report) in reports.enumerated() {
      guard let failure = report.failure else { continue }
      throw RankError("\(sharing.group.name(of: rank)): \(failure)")
    }
    if let rejection = reports.compactMap(\.rejection).first { return .rejected(rejection) }
    values[.ranksSeconds] = watch.lap()
    let sums = GradientSums(of: parameters, in: sharing.group, form: sharing.form)
    last?.backward(passed: sums.passed)
    let backward = watch.lap()
    values[.backwardSeconds, default: 0] += backward
    seconds += backward
    try sums.finish()
    for place in statistics.indices {
      let all = try sharing.sum(statistics[place].countsAndSums)
      statistics[place] = before[place].adding(countsAndSums: all)
    }
    sharing.ownWork = RankWork(seconds: seconds, waited: sharing.group.waited - waited)
    values[.ranksSeconds, default: 0] += watch.lap()
    return .made(MicroBatchSums(dealt: reports.compactMap(\.sums)))
  }
}

extension TargetStatistics {
  fileprivate var emptied: TargetStatistics {
    var empty = self
    empty.counts = [Float](repeating: 0, count: counts.count)
    empty.mean = [Float](repeating: 0, count: mean.count)
    return empty
  }

  /// Targets seen at each position, and their sums.
  fileprivate var countsAndSums: [Float] {
    let width = max(width, 1)
    return counts + mean.indices.map { mean[$0] * counts[$0 / width] }
  }

  /// These, and what all ranks took in; the oldest fade as in ``add(_:rows:)``.
  fileprivate func adding(countsAndSums gain: [Float]) -> TargetStatistics {
    var sum = self
    for position in counts.indices where gain[position] > 0 {
      sum.counts[position] = min(counts[position] + gain[position], Self.longest)
      let share = min(1, gain[position] / sum.counts[position])
      for at in position * width..<(position + 1) * width {
        sum.mean[at] += (gain[counts.count + at] / gain[position] - mean[at]) * share
      }
    }
    return sum
  }
}
