import ArgumentParser
import Foundation
import Histories
import Pretraining
import Ranks
import TrainingBackend

/// `mvp bench --ranks N`, and what each of its processes does.
extension Bench {
  func checkRanks(_ ranks: Int) throws {
    guard ranks > 1 else { throw ValidationError("--ranks is \(ranks): give 2 or more.") }
    let others = [
      ("peak", peak), ("data", data != nil), ("eval", eval != nil), ("export", export != nil),
      ("task", task != .pretrain),
    ]
    if let flag = others.first(where: { $0.1 })?.0 {
      throw ValidationError("--ranks is of a step of pre-training: leave --\(flag) or --ranks out.")
    }
    guard case .alone = RankLaunch() else {
      throw ValidationError("--ranks starts mpirun itself: under an mpirun of your own, leave it out.")
    }
  }

  /// Whether this process is one of several that `mpirun` started; its share is measured then, and rank 0 prints.
  func runsAsRank(_ benchmark: StepBenchmark) throws -> Bool {
    switch RankLaunch() {
    case .alone: return false
    case .unreachable(let why): throw CommandFailure(message: why)
    case .ranks: break
    }
    do {
      let group = try RankGroup(MPITransport(), patience: RankBench.patience, grace: RankLaunch.grace())
      guard group.count > 1 else {
        group.transport.finish()
        return false
      }
      var benchmark = benchmark
      benchmark.ranks = group.count
      let result: StepBenchmark.Result
      do {
        result = try benchmark.run(sharing: StepSharing(group))
      } catch {
        writeError("\(group.name(of: group.rank)): \(error)")
        group.transport.abort(status: 1)
        throw error
      }
      if group.rank == 0 { try printJSON(result) }
      group.transport.finish()
      return true
    } catch let error as RankError {
      throw CommandFailure(message: error.description)
    }
  }

  func measure(ranks: Int) throws {
    let cores = ProcessInfo.processInfo.activeProcessorCount
    let bench = RankBench(
      ranks: ranks, threads: engine.threads ?? max(1, cores / ranks),
      arguments: RankBench.passedOn(Array(CommandLine.arguments.dropFirst(2))))
    let progress = ProgressLine(label: "bench", isShown: !json)
    var measured: [RankBench.Round] = []
    for round in 0..<rounds {
      let alone = try bench.step(by: 1)
      progress.show(done: 2 * round + 1, of: 2 * rounds)
      let shared = try bench.step(by: ranks)
      progress.show(done: 2 * round + 2, of: 2 * rounds)
      measured.append(
        RankBench.Round(
          aloneSeconds: alone.stepSeconds, sharedSeconds: shared.stepSeconds, waitSeconds: shared.waitSeconds ?? 0))
    }
    progress.clear()
    let size = try benchmark().size
    let report = RankBench.Report(
      ranks: ranks, threads: bench.threads, batch: size.batch, dtype: engine.dtype, rounds: measured)
    if json { return try printJSON(report) }
    print(report.words(cores: cores))
  }
}
