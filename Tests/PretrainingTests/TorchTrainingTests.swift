import ArrayDifference
import Foundation
import Pretraining
import Recipe
import Tensors
import Testing

/// Training on libtorch's CPU against training on this project's device.
@Suite(
  .enabled(
    if: TorchLibrary.isThere,
    "there is no library of libtorch (mvp torch build makes it): training on it is not tested"))
struct TorchTrainingTests {
  /// Every kind of run that the other tests train.
  static let runs: [String: @Sendable () -> TinyRun] = [
    "guided by a teacher": { TinyRun() },
    "accumulated, with drop path": {
      var run = TinyRun()
      run.accumulation = 2
      run.dropPath = 0.3
      return run
    },
    "with positions by a table": {
      var run = TinyRun()
      run.recipe = StudentRecipe(
        layerScale: 0.1, positions: .learned, relativePositionBias: true, qkvBias: .full, initialValues: .beit)
      return run
    },
    "of tokens that count alone": {
      var run = TinyRun()
      run.lossTokensOnly = true
      return run
    },
    "computed again": {
      var run = TinyRun()
      run.recomputesActivations = true
      return run
    },
    "smooth L1 of all tokens": {
      var run = TinyRun()
      run.objective = Objective(tokens: .all, kind: .smoothL1)
      return run
    },
    "targets about their mean": {
      var run = TinyRun()
      run.objective = Objective(tokens: .all, kind: .mse, targets: .standardised)
      return run
    },
    "MAE": { .mae() },
    "CAE": { .cae() },
  ]

  private func torch(_ dtype: Precision = .float32) throws -> TorchDevice {
    try TorchDevice(place: "cpu", dtype: dtype, threads: 2)
  }

  /// 30 steps have the losses and gradient norms of the native device, to rounding, and what each step measures, too.
  @Test(arguments: runs.keys.sorted())
  func stepsAreThoseOfTheNativeDevice(name: String) throws {
    let make = try #require(Self.runs[name])
    var run = make()
    let expected = try run.trainer()
    let device = try torch()
    run.device = device
    let found = try run.trainer()
    for step in 0..<30 {
      let (a, b) = (try expected.applied(), try found.applied())
      #expect(abs(a.loss - b.loss) < 2e-4 * max(1, abs(a.loss)), "step \(step): \(b.loss) where \(a.loss) is expected")
      #expect(abs(a.gradientNorm / b.gradientNorm - 1) < 5e-3, "step \(step)")
      for (x, y) in zip(a.values.numbers, b.values.numbers) { #expect((x == nil) == (y == nil)) }
      if let x = a.cosineMasked, let y = b.cosineMasked { #expect(abs(x - y) < 1e-3, "step \(step)") }
    }
    #expect(device.failure == nil)
  }

  static let teachings: [String: @Sendable (any ComputeDevice) throws -> TeachingTask] = [
    "clip": {
      TeachingTask(
        try ClipTeaching(
          settings: TeachingTests.clipSettings(), source: TwoTones(count: 64), words: ["extra"], device: $0))
    },
    "dino": {
      TeachingTask(
        try DinoTeaching(settings: TeachingTests.dinoSettings(), source: StripePictures(), device: $0))
    },
    "dvae": { TeachingTask(try DvaeTeachingTests().teaching(device: $0)) },
    "vqkd": { TeachingTask(try VQKDTeachingTests(device: $0).teaching()) },
    "peco": { TeachingTask(try PeCoTeachingTests(device: $0).teaching()) },
  ]

  /// Every teacher's and tokenizer's own training begins as on the native device.
  @Test(arguments: teachings.keys.sorted())
  func teachingsAreThoseOfTheNativeDevice(name: String) throws {
    let make = try #require(Self.teachings[name])
    let device = try torch()
    let (expected, found) = (try make(CPUDevice(threads: 1)), try make(device))
    for step in 0..<5 {
      guard case .applied(let a) = try expected.step(), case .applied(let b) = try found.step() else {
        Issue.record("step \(step) was not applied")
        return
      }
      #expect(abs(a.loss - b.loss) < 1e-3 * max(1, abs(a.loss)), "step \(step): \(b.loss) where \(a.loss) is expected")
    }
    #expect(device.failure == nil)
  }

  @Test func bfloat16LearnsAsFloat32Does() throws {
    var run = TinyRun()
    let expected = try run.trainer()
    run.device = try torch(.bfloat16)
    let found = try run.trainer()
    for _ in 0..<30 {
      let (a, b) = (try expected.applied(), try found.applied())
      #expect(abs(a.loss - b.loss) < 0.03, "\(b.loss) where \(a.loss) is near")
    }
  }

  /// On the same device going on from a checkpoint gives the same losses and numbers, to the last bit.
  @Test(arguments: Precision.allCases)
  func resumingIsExactToTheLastBit(dtype: Precision) throws {
    var run = TinyRun()
    run.device = try torch(dtype)
    run.accumulation = 2
    run.dropPath = 0.3
    let straight = try run.trainer()
    let expected = try (0..<7).map { _ in try straight.applied().loss }
    let directory = try TrainerStateTests.temporaryDirectory()
    defer { try? FileManager.default.removeItem(at: directory) }
    let first = try run.trainer()
    for _ in 0..<4 { _ = try first.applied() }
    try first.save(to: directory)
    run.device = try torch(dtype)
    let second = try run.trainer()
    try second.load(from: directory)
    #expect(try (4..<7).map { _ in try second.applied().loss } == Array(expected[4...]))
    #expect(difference(second.everything, straight.everything) == nil)
  }

  /// A checkpoint of one device goes on on another.
  @Test func aRunGoesOnOnAnotherDevice() throws {
    var run = TinyRun()
    let straight = try run.trainer()
    for _ in 0..<3 { _ = try straight.applied() }
    let directory = try TrainerStateTests.temporaryDirectory()
    defer { try? FileManager.default.removeItem(at: directory) }
    try straight.save(to: directory)
    run.device = try torch()
    let other = try run.trainer()
    try other.load(from: directory)
    #expect(difference(other.everything, straight.everything) == nil)
    #expect(abs(try other.applied().loss - straight.applied().loss) < 1e-5)
  }

  /// A device that fails ends the step with its sentence, and nothing of the step is applied.
  @Test func aFailureEndsTheStepAndLeavesTheWeights() throws {
    var run = TinyRun()
    let device = try torch()
    run.device = device
    let trainer = try run.trainer()
    for _ in 0..<2 { _ = try trainer.applied() }
    let before = trainer.everything
    device.breakOnPurpose()
    let failure = #expect(throws: DeviceFailure.self) { try trainer.step() }
    #expect(failure?.description.hasPrefix("libtorch on cpu: ") == true)
    #expect(trainer.completedSteps == 2 && difference(trainer.everything, before) == nil)
  }

  /// The means of targets that stay on the device are those that the host takes one by one.
  @Test func statisticsAreThoseOfTheHost() throws {
    let device = try torch()
    let guidance = MadeUpGuidance(name: "g") { _ in 0 }
    var (expected, found) = (TargetStatistics(of: guidance, form: .raw), TargetStatistics(of: guidance, form: .raw))
    let rows: [Int32] = [1, 3, 6, 8, 13]
    for number in 0..<5 {
      var generator = Philox(seed: 3, purpose: .other, stream: UInt64(number))
      let values = (0..<3 * 30).map { _ in generator.normal() }
      let (own, theirs) = (
        Tensor(values, shape: [3, 5, 6], device: CPUDevice(threads: 1)),
        Tensor(values, shape: [3, 5, 6], device: device)
      )
      let some = (gatherRows(own, rows), gatherRows(theirs, rows))
      let isKnown = expected.constant(like: some.0, rows: rows) != nil
      #expect((found.constant(like: some.1, rows: rows) != nil) == isKnown)
      if number == 1 {
        expected.add(some.0, rows: rows)
        found.add(some.1, rows: rows)
      } else {
        expected.add(own, rows: nil)
        found.add(theirs, rows: nil)
      }
      #expect(found.counts == expected.counts)
      for (a, b) in zip(found.mean, expected.mean) { #expect(abs(a - b) < 1e-6) }
      let constants = (
        try #require(expected.constant(like: own, rows: nil)), try #require(found.constant(like: theirs, rows: nil))
      )
      #expect(constants.1.shape == constants.0.shape)
      for (a, b) in zip(constants.1.array(), constants.0.array()) { #expect(abs(a - b) < 1e-6) }
    }
  }
}
