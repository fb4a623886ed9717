import ArrayDifference
import Datasets
import Foundation
import Measures
import Models
import Pretraining
import Recipe
import Tasks
import Tensors
import Testing

@Suite struct TrainerTests {
  @Test func lossFallsAndCosinesRise() throws {
    let trainer = try TinyRun().trainer()
    var metrics: [TrainerMetrics] = []
    for _ in 0..<40 { metrics.append(try trainer.applied()) }
    let first = metrics.prefix(5).map(\.loss).reduce(0, +) / 5
    let last = metrics.suffix(5).map(\.loss).reduce(0, +) / 5
    #expect(last < first - 0.2)
    #expect(try #require(metrics[39].cosineCLS) > #require(metrics[0].cosineCLS))
    #expect(metrics[39].step == 40 && trainer.completedSteps == 40)
    #expect(metrics[0].learningRate == 1e-4 && metrics[2].learningRate == 5e-3)
    #expect(abs(metrics[5].epoch - 2) < 1e-12)
    #expect(metrics[0].pictures == 4)
    // Loss over CLS and 2 masked patches is minus the mean of their cosines.
    let step = metrics[7]
    let masked = try #require(step.cosineMasked)
    let cls = try #require(step.cosineCLS)
    #expect(abs(step.loss + (cls + 2 * masked) / 3) < 1e-5)
    let phases = Trainer.metrics.filter { $0.phase != nil }.compactMap { step.values[$0] }
    #expect(phases.count == 5 && phases.reduce(0, +) <= step.seconds * 1.001)
    #expect(try #require(step.values[.backwardSeconds]) > 0 && #require(step.values[.teacherSeconds]) > 0)
  }

  @Test func accumulationEqualsALargerBatch() throws {
    var small = TinyRun()
    small.accumulation = 3
    var large = TinyRun()
    large.batchSize = 12
    let (a, b) = (try small.trainer(), try large.trainer())
    for _ in 0..<3 {
      let (x, y) = (try a.applied(), try b.applied())
      #expect(abs(x.loss - y.loss) < 1e-5)
      #expect(abs(x.gradientNorm - y.gradientNorm) < 1e-4 * y.gradientNorm)
      #expect(x.pictures == 12 && x.epoch == y.epoch)
    }
  }

  @Test func clippingScalesTheGradientThatAdamWSees() throws {
    var run = TinyRun()
    run.gradientClip = 0.01
    let trainer = try run.trainer()
    let norm = try trainer.applied().gradientNorm
    #expect(norm > 0.05)
    // After one step the first moments are (1 - beta1) times the clipped gradient.
    var squares = 0.0
    for moment in trainer.state().tensors where moment.name.hasSuffix(".exp_avg") {
      for value in moment.tensor.array() { squares += Double(value) * Double(value) }
    }
    #expect(abs(squares.squareRoot() - 0.1 * 0.01) < 1e-6)
  }

  @Test func aHeadThatRestsKeepsItsMomentsAndStepCount() throws {
    let trainer = try TinyRun().trainer()
    for _ in 0..<3 { _ = try trainer.applied() }
    let resting = trainer.everything.filter { $0.key.contains("head.clip") }
    try trainer.switchGuidance("dino")
    #expect(try trainer.applied().guidance == "dino")
    _ = try trainer.applied()
    #expect(difference(trainer.everything.filter { $0.key.contains("head.clip") }, resting) == nil)
    #expect(trainer.state().progress.optimizerSteps == ["student": 5, "head.clip": 3, "head.dino": 2])
    #expect(throws: TrainerError.unknownGuidance("beit", known: ["clip", "dino"])) {
      try trainer.switchGuidance("beit")
    }
    #expect(trainer.guidance == "dino")
  }

  @Test func snapshotStaysAsItIs() throws {
    let trainer = try TinyRun().trainer()
    let snapshot = trainer.snapshot()
    let before = snapshot.parameters().map { $0.tensor.array() }
    _ = try trainer.applied()
    #expect(difference(snapshot.parameters().map { $0.tensor.array() }, before) == nil)
    #expect(difference(trainer.student.parameters().map { $0.tensor.array() }, before) != nil)
    #expect(snapshot.parameters().allSatisfy { !$0.tensor.requiresGradient })
  }

  @Test func inspectionsTouchNothing() throws {
    let (plain, watched) = (try TinyRun(dropPath: 0.2).trainer(), try TinyRun(dropPath: 0.2).trainer())
    for step in 0..<4 {
      let seen = try watched.inspect(step % 3)
      #expect(try watched.inspect(step % 3) == seen)
      #expect(seen.teachers.map(\.name) == ["clip", "dino"])
      for colors in seen.teachers.map(\.colors) + [seen.prediction, seen.student] { #expect(colors.count == 4 * 3) }
      for similarity in seen.teachers.map(\.similarity) + [seen.studentSimilarity] {
        let cosines = try #require(similarity?.cosines(of: 2, patches: 4))
        #expect(cosines[2] == 1 && cosines.allSatisfy { abs($0) <= 1 })
      }
      // Attention is a distribution over CLS and the patches.
      #expect(seen.attention.count == 4 && seen.attention.allSatisfy { $0 > 0 } && seen.attention.reduce(0, +) < 1)
      let cosines = try watched.preview(step % 3).cosine
      #expect(zip(seen.loss, cosines).allSatisfy { abs($0.0 + $0.1) < 1e-5 })
      #expect(try plain.applied().loss == watched.applied().loss)
    }
    #expect(difference(watched.everything, plain.everything) == nil)
    // 4 steps of 4 pictures, half of each masked.
    #expect(watched.maskTally.masks == 16)
    #expect(abs(watched.maskTally.frequencies.reduce(0, +) - 2) < 1e-5)
  }

  @Test func lossByTokenAddsUpToTheLoss() throws {
    for kind in LossKind.allCases where kind != .crossEntropy {
      let run = TinyRun(objective: Objective(tokens: .all, kind: kind))
      let device = run.device
      let predictions = Tensor((0..<40).map { Float(($0 * 37) % 17) / 9 - 1 }, shape: [1, 5, 8], device: device)
      let targets = Tensor((0..<40).map { Float(($0 * 53) % 23) / 7 - 1 }, shape: [1, 5, 8], device: device)
      let single = run.objective.perToken(predictions: predictions, targets: targets)
      let whole = run.objective.loss(
        predictions: predictions, targets: targets, mask: [true, false, true, false]
      ).scalar
      #expect(single.count == 5)
      #expect(abs(single.reduce(0, +) / 5 - whole) < 1e-5, "\(kind)")
    }
  }

  @Test func previewsTouchNothing() throws {
    let (watched, alone) = (try TinyRun().trainer(), try TinyRun().trainer())
    for step in 0..<4 {
      let before = watched.everything
      let preview = try watched.preview(step % 3)
      #expect(difference(watched.everything, before) == nil)
      #expect(try watched.preview(step % 3) == preview)
      #expect(preview.rgb.count == 16 * 16 * 3 && preview.size == 16)
      #expect(preview.mask.count(where: { $0 }) == 2 && preview.cosine.count == 4)
      #expect(preview.cosine.allSatisfy { $0 >= -1.0001 && $0 <= 1.0001 })
      #expect(try watched.applied().loss == alone.applied().loss)
    }
    #expect(try watched.preview(99).index == 2)
    #expect(try watched.preview(1).name == "stripe 4")
  }

  @Test func undecodablePicturesAreReportedOnce() throws {
    var run = TinyRun()
    run.source.damaged = [3]
    let trainer = try run.trainer()
    var reported: [SkippedPicture] = []
    for _ in 0..<6 { reported += try trainer.applied().newlySkipped }
    #expect(reported.map(\.path) == ["stripe 3"])
    #expect(try trainer.applied().skippedPictures == 1)
  }

  @Test func gridsThatDisagreeAreRefused() throws {
    var run = TinyRun()
    let model = VisionTransformer(
      VisionTransformerConfiguration(imageSize: 16, patchSize: 4, width: 8, depth: 1, heads: 2), device: run.device,
      seed: 0)
    run.guidances = [
      TeacherGuidance(
        name: "fine", vision: LoadedVision(model: model, family: .vit, report: "", normalization: .half), project: false
      )
    ]
    #expect(throws: TrainerError.grid(guidance: "fine", teacher: [4, 4], student: [2, 2])) { try run.trainer() }
    run.guidances = []
    #expect(throws: TrainerError.noGuidance) { try run.trainer() }
  }

  @Test func teacherWithAnotherPatchSeesResizedPictures() throws {
    let run = TinyRun()
    let model = VisionTransformer(
      VisionTransformerConfiguration(imageSize: 14, patchSize: 7, width: 8, depth: 1, heads: 2), device: run.device,
      seed: 0)
    let guidance = TeacherGuidance(
      name: "patch7", vision: LoadedVision(model: model, family: .vit, report: "", normalization: .half), project: false
    )
    let pixels = (0..<768).map { Float(sin(Double($0) * 0.1) * 0.5 + 0.5) }
    let found = try guidance.targets(pixels: Tensor(pixels, shape: [1, 3, 16, 16], device: run.device))
    let resized = PlaneResampling(from: 16, to: 14).apply(to: pixels, planes: 3)
    let expected = model.features(
      Tensor(resized, shape: [1, 3, 14, 14], device: run.device), normalization: .half)
    #expect(found.shape == [1, 5, 8])
    #expect(difference(found.array(), expected.array()) == nil)
  }

  /// torch: F.interpolate((sin(arange(a * a) * .9) * .3 + .5).view(1, 1, a, a), (b, b), mode="bicubic", antialias=True)
  @Test func resamplingAgreesWithTorch() {
    expectResampling(from: 8, to: 5, firstRow: [0.668318, 0.735962, 0.406143, 0.241783, 0.506526], last: 0.36585)
    expectResampling(
      from: 5, to: 8, firstRow: [0.503294, 0.616582, 0.777369, 0.8233, 0.773195, 0.635273, 0.439007, 0.316351],
      last: 0.631224)
  }

  private func expectResampling(from: Int, to: Int, firstRow: [Float], last: Float) {
    let plane = (0..<from * from).map { Float(sin(Double($0) * 0.9) * 0.3 + 0.5) }
    let resized = PlaneResampling(from: PlaneSize(square: from), to: PlaneSize(square: to)).apply(
      to: plane + plane, planes: 2)
    for (found, expected) in zip(resized, firstRow) { #expect(abs(found - expected) < 2e-6) }
    #expect(abs(resized[to * to - 1] - last) < 2e-6)
    #expect(Array(resized.prefix(to * to)) == Array(resized.suffix(to * to)))
  }
}
