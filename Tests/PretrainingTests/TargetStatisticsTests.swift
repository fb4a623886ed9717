import ArrayDifference
import Foundation
import Measures
import Pretraining
import Recipe
import Tasks
import Tensors
import Testing

@Suite struct TargetStatisticsTests {
  private let device = CPUDevice(threads: 1)

  /// Targets of a position about a mean of its own, by feature with a deviation of its own.
  private func batch(_ number: Int, pictures: Int = 8) -> [Float] {
    var generator = Philox(seed: 3, purpose: .other, stream: UInt64(number))
    return (0..<pictures * 5 * 6).map { place in
      let (position, feature) = (place / 6 % 5, place % 6)
      return Float(position * 10 + feature) + Float(feature + 1) * (generator.uniform() - 0.5)
    }
  }

  private func tensor(_ values: [Float]) -> Tensor { Tensor(values, shape: [values.count / 30, 5, 6], device: device) }

  @Test func meanAndDeviationAreThoseOfAllTargets() {
    var statistics = TargetStatistics(of: MadeUpGuidance(name: "g") { _ in 0 }, form: .standardised)
    let batches = (0..<40).map { batch($0) }
    for values in batches { statistics.add(tensor(values), rows: nil) }
    let all = batches.flatMap { $0 }
    for position in 0..<5 {
      for feature in 0..<6 {
        let column = stride(from: position * 6 + feature, to: all.count, by: 30).map { Double(all[$0]) }
        let mean = column.reduce(0, +) / Double(column.count)
        #expect(abs(Double(statistics.mean[position * 6 + feature]) - mean) < 1e-3)
      }
    }
    for feature in 0..<6 {
      // Of a uniform number: width^2 / 12.
      let variance = Float((feature + 1) * (feature + 1)) / 12
      for kind in 0..<2 { #expect(abs(statistics.variance[kind * 6 + feature] / variance - 1) < 0.15) }
    }
    let formed = statistics.formed(tensor(batches[0]), rows: nil).array()
    #expect(formed.reduce(0) { $0 + $1 * $1 } / Float(formed.count) < 1.3)
    let constant = statistics.constant(like: tensor(batches[0]), rows: nil)
    #expect(constant?.array().allSatisfy { $0 == 0 } == true)
  }

  /// Some rows of a batch count where they stand.
  @Test func rowsKeepTheirPositions() throws {
    let guidance = MadeUpGuidance(name: "g") { _ in 0 }
    var (all, some) = (TargetStatistics(of: guidance, form: .raw), TargetStatistics(of: guidance, form: .raw))
    let values = tensor(batch(0, pictures: 2))
    let rows: [Int32] = [1, 3, 6, 8]
    all.add(values, rows: nil)
    some.add(gatherRows(values, rows), rows: rows)
    #expect(some.mean[6..<12] == all.mean[6..<12] && some.mean[18..<24] == all.mean[18..<24])
    #expect(some.counts == [0, 2, 0, 2, 0] && some.constant(like: values, rows: nil) == nil)
    let constant = try #require(some.constant(like: gatherRows(values, rows), rows: rows)).array()
    #expect(constant == Array(all.mean[6..<12] + all.mean[18..<24] + all.mean[6..<12] + all.mean[18..<24]))
  }

  /// Targets that are the same for every picture: a constant prediction is all there is to learn, and that is no skill.
  @Test func constantTargetsNeedNoSkill() throws {
    var run = TinyRun()
    run.guidances = [MadeUpGuidance(name: "g") { Float($0 % 30) - 12 }]
    let trainer = try run.trainer()
    _ = try trainer.applied()
    let values = try trainer.applied().values
    let constant = try #require(values.number("cosine_masked_constant"))
    #expect(abs(constant - 1) < 1e-5)
    #expect(abs(try #require(values.number("loss_constant")) + 1) < 1e-5)
  }

  /// The skill is what its formula says of the numbers beside it.
  @Test(arguments: [LossTokens.masked, .all])
  func skillIsTheWayFromTheMeanToTheTargets(tokens: LossTokens) throws {
    var run = TinyRun()
    run.objective = Objective(tokens: tokens)
    let trainer = try run.trainer()
    #expect(try trainer.applied().values.number("skill") == nil)
    for _ in 0..<3 {
      let values = try trainer.applied().values
      let (c, m) = (-(try #require(values[.loss])), -(try #require(values.number("loss_constant"))))
      #expect(abs(try #require(values.number("skill")) - (c - m) / (1 - m)) < 1e-5)
    }
  }

  @Test(arguments: TargetForm.allCases)
  func statisticsComeBackBitForBit(form: TargetForm) throws {
    var run = TinyRun()
    run.accumulation = 2
    run.objective = Objective(tokens: .all, targets: form)
    func steps(_ trainer: Trainer, _ range: Range<Int>) throws -> [MetricNumbers] {
      try range.map { step in
        if step == 3 { try trainer.switchGuidance("dino") }
        if step == 6 { try trainer.switchGuidance("clip") }
        let values = try trainer.applied().values
        return MetricNumbers(loss: values[.loss], skill: values.number("skill"))
      }
    }
    let straight = try run.trainer()
    let expected = try steps(straight, 0..<8)
    let folder = try TrainerStateTests.temporaryDirectory()
    defer { try? FileManager.default.removeItem(at: folder) }
    let first = try run.trainer()
    let before = try steps(first, 0..<5)
    try first.save(to: folder)
    let second = try run.trainer()
    _ = try second.applied()
    try second.load(from: folder)
    #expect(try before + steps(second, 5..<8) == expected)
    #expect(difference(second.everything, straight.everything) == nil)
  }

  private struct MetricNumbers: Equatable {
    let loss: Double?
    let skill: Double?
  }

  /// A state of before has none: raw targets go on without, others would be other targets.
  @Test func stateWithoutStatisticsIsForRawTargetsOnly() throws {
    for form in TargetForm.allCases {
      var run = TinyRun()
      run.objective = Objective(targets: form)
      let trainer = try run.trainer()
      _ = try trainer.applied()
      let state = trainer.state()
      let tensors = Dictionary(uniqueKeysWithValues: state.tensors.map { ($0.name, $0.tensor.array()) })
      func restore() throws {
        try run.trainer().restore(state.progress) { $0.hasPrefix("targets.") ? nil : tensors[$0] }
      }
      if form == .raw { try restore() } else { #expect(throws: TrainerError.self) { try restore() } }
    }
  }
}

extension MetricValues {
  /// Of a metric that pre-training describes.
  fileprivate func number(_ key: String) -> Double? { Trainer.metrics.first { $0.key == key }.flatMap { self[$0] } }
}
