import Foundation
import Models
import Pretraining
import Ranks
import Recipe
import Tasks
import Tensors
import Testing

/// A step that ranks share, against the same step in one process. Ranks are threads here.
@Suite struct SharedStepTests {
  /// What a rank has at the end.
  private struct Outcome: Sendable {
    var losses: [Double]
    var values: [[String: Double]]
    var state: [String: [Float]]
  }

  /// Four micro-batches a step, drop path on.
  private func outcomes(
    ranks count: Int, steps: Int = 6, form: SumForm = .float32,
    _ change: @escaping @Sendable (inout TinyRun) -> Void = { _ in },
    at boundary: @escaping @Sendable (Int, Trainer) throws -> Void = { _, _ in }
  ) throws -> [Outcome] {
    try onRanks(count) { group in
      var run = TinyRun()
      (run.accumulation, run.dropPath) = (4, 0.2)
      run.device = CPUDevice(threads: 1)
      change(&run)
      let trainer = try run.trainer()
      if count > 1 {
        let sharing = StepSharing(group)
        sharing.form = form
        try trainer.share(sharing)
      }
      var outcome = Outcome(losses: [], values: [], state: [:])
      for step in 0..<steps {
        try boundary(step, trainer)
        let metrics = try trainer.applied()
        outcome.losses.append(metrics.loss)
        var values: [String: Double] = [:]
        for key in ["cosine_cls", "cosine_masked", "cosine_visible", "grad_norm", "skill"] {
          values[key] = metrics.value(key)
        }
        outcome.values.append(values)
      }
      outcome.state = trainer.everything
      return outcome
    }
  }

  private func largest(_ a: [String: [Float]], _ b: [String: [Float]]) -> Float {
    #expect(Set(a.keys) == Set(b.keys))
    return a.reduce(0) { most, entry in
      zip(entry.value, b[entry.key] ?? []).reduce(most) { max($0, abs($1.0 - $1.1)) }
    }
  }

  /// Gradients that are sent as bfloat16 teach nearly the same, and the ranks stay the same to the bit.
  @Test func gradientsMayBeSentAsHalves() throws {
    let alone = try outcomes(ranks: 1)[0]
    let shared = try outcomes(ranks: 2, form: .bfloat16)
    #expect(largest(shared[0].state, shared[1].state) == 0 && shared[0].losses == shared[1].losses)
    #expect(shared[0].losses != alone.losses)
    for (one, other) in zip(alone.losses, shared[0].losses) { #expect(abs(one - other) < 0.01, "\(one) \(other)") }
  }

  /// One, two and four ranks make the same losses, measures and weights to rounding; the ranks of a group to the bit.
  @Test func anyNumberOfRanksMakesTheSameRun() throws {
    let alone = try outcomes(ranks: 1)[0]
    for count in [2, 4] {
      let shared = try outcomes(ranks: count)
      for (rank, outcome) in shared.enumerated() {
        for (one, other) in zip(outcome.losses, alone.losses) { #expect(abs(one - other) < 1e-5, "rank \(rank)") }
        for (one, other) in zip(outcome.values, alone.values) {
          for (key, value) in one where key != "skill" {
            #expect(abs(value - (other[key] ?? .nan)) < 1e-4, "\(key) of rank \(rank)")
          }
        }
        #expect(largest(outcome.state, alone.state) < 2e-4)
        #expect(outcome.losses == shared[0].losses && outcome.state == shared[0].state)
      }
    }
  }

  @Test func equalGroupsMakeTheSameBits() throws {
    let (first, second) = (try outcomes(ranks: 4), try outcomes(ranks: 4))
    #expect(first[0].losses == second[0].losses && first[0].state == second[0].state)
  }

  /// The first step is the same to the bit: its loss is made of the same micro-batches in the same order.
  @Test func theFirstLossIsTheSameToTheBit() throws {
    let alone = try outcomes(ranks: 1, steps: 1)[0].losses
    #expect(try outcomes(ranks: 2, steps: 1)[1].losses == alone)
  }

  @Test func everyMethodIsShared() throws {
    let changes: [@Sendable (inout TinyRun) -> Void] = [
      { run in run = TinyRun.mae() }, { run in run = TinyRun.cae() }, { run in run = TinyRun.ownAverage() },
    ]
    for change in changes {
      let four: @Sendable (inout TinyRun) -> Void = { run in
        change(&run)
        run.accumulation = 4
      }
      let (alone, shared) = (try outcomes(ranks: 1, four), try outcomes(ranks: 2, four))
      for (one, other) in zip(shared[1].losses, alone[0].losses) { #expect(abs(one - other) < 1e-5) }
    }
  }

  @Test func aSwitchAndAMixtureAreShared() throws {
    let names = ["clip", "clip", "dino", "clip+dino", "clip+dino", "clip"]
    let switching: @Sendable (Int, Trainer) throws -> Void = { step, trainer in
      try trainer.switchGuidance(names[step])
    }
    let alone = try outcomes(ranks: 1, at: switching)[0]
    let shared = try outcomes(ranks: 2, at: switching)
    for (one, other) in zip(shared[0].losses, alone.losses) { #expect(abs(one - other) < 1e-5) }
    #expect(shared[0].state == shared[1].state)
  }

  /// A loss that is not finite on one rank is applied on none.
  @Test func aRejectionIsEverybodys() throws {
    let said = try onRanks(2) { group in
      var run = TinyRun()
      run.accumulation = 2
      let trainer = try run.trainer()
      try trainer.share(StepSharing(group))
      if group.rank == 1 {
        let weights = trainer.student.parameters(prefix: "student")[0].tensor
        weights.write([Float](repeating: .nan, count: weights.count))
      }
      guard case .rejected(let rejection) = try trainer.step() else { return "applied" }
      return "\(rejection.quantity.rawValue) \(trainer.completedSteps)"
    }
    #expect(said == ["loss 0", "loss 0"])
  }

  @Test func whatCannotBeSharedIsRefused() throws {
    let group = try RankGroup(MemoryTransport.group(of: 1)[0], patience: 1)
    var run = TinyRun()
    run.objective = Objective(targets: .standardised)
    #expect(throws: RankError.self) { try run.trainer().share(StepSharing(group)) }
  }
}
