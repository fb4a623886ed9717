import Measures
import Ranks
import Tasks
import Tensors

/// A step that several processes make together.
extension Trainer: SharedTask {
  package func share(_ sharing: StepSharing) throws {
    try sharing.check(accumulation: settings.accumulation)
    for head in heads.values where head.statistics.form != .raw {
      throw RankError(
        "objective.targets is \(head.statistics.form.rawValue), and that form follows what one process has seen: choose raw, "
          + "or train with one rank.")
    }
    self.sharing = sharing
  }

  /// What comes of all micro-batches of a step: gradients and statistics of the whole.
  func sharedGradients(
    of parameters: [NamedTensor], by sharing: StepSharing, _ heads: [GuidanceHead],
    _ statistics: inout [TargetStatistics], _ values: inout MetricValues
  ) throws -> MadeGradients<MicroBatchSums> {
    let before = statistics
    // Those of this rank's share alone.
    var own = before.map(\.emptied)
    let made: MadeGradients<[MicroBatchSums]> = try sharing.gradients(of: parameters, &values) { values, last in
      try gradients(heads, &own, &values, last: last)
    }
    switch made {
    case .rejected(let rejection): return .rejected(rejection)
    case .made(let shares):
      var watch = Stopwatch()
      for place in statistics.indices {
        let all = try sharing.sum(own[place].countsAndSums)
        statistics[place] = before[place].adding(countsAndSums: all)
      }
      values[.ranksSeconds, default: 0] += watch.lap()
      return .made(MicroBatchSums(dealt: shares))
    }
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
