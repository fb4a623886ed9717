import Measures
import Ranks
import Tasks
import Tensors

/// A task whose steps several processes can make together.
package protocol SharedTask: TrainingTask {
  /// From the next step on, this process makes its share of each.
  ///
  /// - Throws: ``RankError`` where the task depends on all pictures of a batch being seen in one place, or its
  ///   micro-batches cannot be dealt out.
  func share(_ sharing: StepSharing) throws
}

/// What comes of a step's micro-batches.
package enum MadeGradients<Sums> {
  case made(Sums)
  /// Nothing may be applied.
  case rejected(StepRejection)
}

extension StepSharing {
  /// - Throws: ``RankError`` where a step of so many micro-batches cannot be dealt out.
  package func check(accumulation: Int) throws {
    guard accumulation % group.count == 0 else {
      throw RankError(
        "\(accumulation) micro-batches cannot be dealt out to \(group.count) ranks: let schedule.batch_size times "
          + "schedule.accumulation be a multiple of the ranks.")
    }
  }

  /// What was gathered by micro-batch, in the order of the step, from what each rank has of its own.
  package static func dealt<Value>(_ shares: [[Value]]) -> [Value] {
    (0..<(shares.map(\.count).max() ?? 0)).flatMap { round in
      shares.compactMap { round < $0.count ? $0[round] : nil }
    }
  }

  /// What comes of all micro-batches of a step. Every rank gives its share, and all get the same answer: gradients of
  /// the whole, and what each rank measured, by rank; one rejection; or an error.
  ///
  /// The ranks agree once the losses are known, and before the last backward pass: nothing can fail from there on, and
  /// gradients are on their way while that pass goes on.
  ///
  /// - Parameter share: makes this rank's micro-batches, and hands over the loss of the last one in place of its
  ///   backward pass.
  package func gradients<Sums: Codable>(
    of parameters: [NamedTensor], _ values: inout MetricValues,
    share: (_ values: inout MetricValues, _ last: @escaping (Tensor) -> Void) throws
      -> MadeGradients<Sums>
  ) throws -> MadeGradients<[Sums]> {
    let waited = group.waited
    var watch = Stopwatch()
    var last: Tensor?
    let own = Result { try share(&values) { last = $0 } }
    var seconds = watch.lap()
    let reports = try exchange(ShareReport(own, ownWork))
    if case .failure(let error) = own { throw error }
    for (rank, report) in reports.enumerated() {
      guard let failure = report.failure else { continue }
      throw RankError("\(group.name(of: rank)): \(failure)")
    }
    if let rejection = reports.compactMap(\.rejection).first { return .rejected(rejection) }
    values[.ranksSeconds] = watch.lap()
    let sums = GradientSums(of: parameters, in: group, form: form)
    last?.backward(passed: sums.passed)
    let backward = watch.lap()
    values[.backwardSeconds, default: 0] += backward
    seconds += backward
    try sums.finish()
    ownWork = RankWork(seconds: seconds, waited: group.waited - waited)
    values[.ranksSeconds, default: 0] += watch.lap()
    return .made(reports.compactMap(\.sums))
  }
}

extension StepSharing? {
  /// Numbers of a step's micro-batches that are made here: all of them where nothing is shared.
  package func microBatches(of accumulation: Int) -> StrideTo<Int> {
    stride(from: self?.group.rank ?? 0, to: accumulation, by: self?.group.count ?? 1)
  }
}
