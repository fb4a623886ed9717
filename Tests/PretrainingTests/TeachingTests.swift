import Datasets
import Foundation
import Measures
import Models
import Pretraining
import Recipe
import Tasks
import Tensors
import Testing

@Suite struct TeachingTests {
  let device = CPUDevice(threads: 1)

  static func clipSettings() -> ClipTeachingSettings {
    var settings = ClipTeachingSettings()
    settings.steps = 60
    settings.batchSize = 16
    settings.learningRate = 2e-3
    settings.warmupSteps = 5
    settings.imageSize = 16
    settings.patchSize = 8
    settings.width = 16
    settings.depth = 1
    settings.heads = 2
    settings.textWidth = 16
    settings.textDepth = 1
    settings.textHeads = 2
    settings.projection = 8
    return settings
  }

  static func dinoSettings() -> DinoTeachingSettings {
    var settings = DinoTeachingSettings()
    settings.steps = 40
    settings.batchSize = 8
    settings.warmupSteps = 5
    settings.imageSize = 16
    settings.patchSize = 4
    settings.localSize = 8
    settings.width = 16
    settings.depth = 1
    settings.heads = 2
    settings.prototypes = 12
    settings.headHidden = 16
    settings.headBottleneck = 8
    settings.frozenPrototypeSteps = 3
    return settings
  }

  @Test func clipLearnsWhichCaptionBelongsToWhichPicture() throws {
    // Two kinds of pictures and captions: within a batch of 16 the best that can be reached is ln 8.
    let teaching = try ClipTeaching(
      settings: Self.clipSettings(), source: TwoTones(count: 64), words: ["extra"], device: device)
    var metrics: [TeachingMetrics] = []
    for _ in 0..<60 { metrics.append(try teaching.step()) }
    // Features of a fresh model are not quite alike, and the first temperature makes much of that.
    #expect(abs(metrics[0].loss - log(16)) < 1)
    #expect(metrics[59].loss < log(8) + 0.15)
    #expect(metrics[59].step == 60 && metrics[59].values[.logitScale] != metrics[0].values[.logitScale])
    #expect(metrics.allSatisfy { ($0.values[.logitScale] ?? 999) <= 100.001 })
    #expect(teaching.tokenizer.words.contains("extra") && teaching.tokenizer.words.contains("dark"))
    let classes = teaching.classFeatures([["a dark picture"], ["a light picture"]])
    #expect(classes.shape == [2, 8])
    #expect(rowCosines(classes, classes).allSatisfy { abs($0 - 1) < 1e-5 })
  }

  @Test func clipIsWrittenWithItsCardAndReadBack() throws {
    let teaching = try ClipTeaching(settings: Self.clipSettings(), source: TwoTones(count: 64), device: device)
    _ = try teaching.step()
    let url = FileManager.default.temporaryDirectory.appendingPathComponent("clip-\(UUID().uuidString).safetensors")
    defer { try? FileManager.default.removeItem(at: url) }
    try teaching.save(to: url, scores: ["zero_shot": 0.5])
    let vision = try loadVision(from: url, device: device)
    #expect(vision.family == .clip && vision.model.configuration == teaching.vision.configuration)
    #expect(vision.card?.scores == ["zero_shot": 0.5] && vision.card?.recipe?["steps"] == "1")
    let text = try loadText(from: url, device: device)
    let caption = "a dark picture"
    let loaded = text.features([caption], tokenizer: try text.tokenizer())
    #expect(abs(rowCosines(loaded, teaching.classFeatures([[caption]]))[0] - 1) < 1e-4)
  }

  @Test func clipNeedsCaptions() {
    struct Silent: PictureSource {
      let base = TwoTones(count: 4)
      var count: Int { 4 }
      var name: String { "silent" }
      var classNames: [String] { [] }
      func picture(at index: Int) throws -> Picture { try base.picture(at: index) }
      func label(at index: Int) -> Int? { nil }
      func caption(at index: Int) -> String? { nil }
      func itemName(at index: Int) -> String { "" }
    }
    #expect(throws: TeachingError.noCaptions(source: "silent")) {
      try ClipTeaching(settings: Self.clipSettings(), source: Silent(), device: device)
    }
  }

  @Test(arguments: DinoCentering.allCases)
  func dinoStepsMoveTheTeacherSlowly(centering: DinoCentering) throws {
    var settings = Self.dinoSettings()
    settings.centering = centering
    if centering == .mean { (settings.startTemperature, settings.teacherTemperature) = (0.04, 0.05) }
    let teaching = try DinoTeaching(settings: settings, source: StripePictures(), device: device)
    let before = teaching.snapshot().parameters().map { $0.tensor.array() }
    var metrics: [TeachingMetrics] = []
    for _ in 0..<8 { metrics.append(try teaching.step()) }
    let after = teaching.teacher.parameters().map { $0.tensor.array() }
    #expect(after != before)
    // At momentum .99 the teacher has gone at most a few hundredths of the student's way of 8 steps at 1e-3 or less.
    for (old, new) in zip(before, after) {
      for (a, b) in zip(old, new) { #expect(abs(a - b) < 1e-3) }
    }
    for metric in metrics {
      let entropy = try #require(metric.values[.assignmentEntropy])
      let usage = try #require(metric.values[.prototypeUsage])
      #expect(entropy >= 0 && entropy <= log(12) + 1e-4)
      #expect(usage >= entropy - 1e-4 && usage <= log(12) + 1e-4)
      #expect(abs((metric.values[.relativeLoss] ?? 0) - metric.loss / log(12)) < 1e-9)
    }
    // Balanced assignments use all prototypes alike.
    if centering == .sinkhorn { #expect((metrics[7].values[.prototypeUsage] ?? 0) > 0.97 * log(12)) }
    #expect(teaching.teacher.parameters().allSatisfy { !$0.tensor.requiresGradient })
  }

  /// The slope of the whole loss along its gradient is the gradient's length squared, with small crops and without.
  @Test(arguments: [0, 3])
  func gradientOfDinosLossIsItsSlope(localCrops: Int) throws {
    var settings = Self.dinoSettings()
    settings.localCrops = localCrops
    let teaching = try DinoTeaching(settings: settings, source: StripePictures(), device: device)
    func noise(_ shape: [Int]) -> Tensor {
      Tensor((0..<shape.reduce(1, *)).map { Float($0 * 7919 % 257) / 257 }, shape: shape, device: device)
    }
    let crops = DinoCrops(
      large: noise([4, 3, 16, 16]), small: localCrops > 0 ? noise([2 * localCrops, 3, 8, 8]) : nil)
    #expect(crops.count == 2)
    let targets = teaching.targets(of: crops)
    // Away from the initial values, of which features are so short that their direction turns with any step.
    for (number, parameter) in teaching.parameters.enumerated() {
      var generator = Philox(seed: 5, purpose: .other, stream: UInt64(number))
      parameter.tensor.write(parameter.tensor.array().map { $0 + 0.3 * generator.normal() })
    }
    try expectSlope(of: { teaching.loss(of: crops, targets: targets) }, teaching.parameters)
  }

  @Test func dinoIsTheSameRunEveryTime() throws {
    func losses() throws -> [Double] {
      let teaching = try DinoTeaching(settings: Self.dinoSettings(), source: StripePictures(), device: device)
      return try (0..<5).map { _ in try teaching.step().loss }
    }
    #expect(try losses() == losses())
  }

  /// What cannot be known from the other picture is not learnt: where the second source shows something else, the loss
  /// stays where it was; where it shows the same thing elsewhere, it falls.
  @Test func dinoLearnsWhatTheTwoSourcesHaveInCommon() throws {
    var settings = Self.dinoSettings()
    settings.steps = 80
    settings.batchSize = 16
    settings.learningRate = 4e-3
    settings.localCrops = 1
    func loss(elsewhere: any PictureSource) throws -> Double {
      let teaching = try DinoTeaching(
        settings: settings, source: TwoTones(count: 64), elsewhere: elsewhere, device: device)
      return try (0..<80).map { _ in try teaching.step().values[.relativeLoss] ?? 1 }.suffix(10).reduce(0, +) / 10
    }
    let same = try loss(elsewhere: TwoTones(count: 64))
    let other = try loss(elsewhere: StripePictures())
    #expect(same < 0.9 && other > same + 0.05, "\(same), \(other)")
  }

  @Test(arguments: [10, 20] as [PlaneSize]) func dinoNeedsLocalCropsThatFit(size: PlaneSize) {
    var settings = Self.dinoSettings()
    settings.localSize = size
    #expect(throws: TeachingError.localSize(local: size, global: 16, patch: 4)) {
      try DinoTeaching(settings: settings, source: StripePictures(), device: device)
    }
  }

  /// A grid that does not divide the larger one has positions as torch 2.15's `F.interpolate` makes them: bilinear,
  /// `align_corners` false, of [(i * 37 % 23) / 23 for i in range(34)] as [17, 2].
  @Test func positionsOfAnySmallerGrid() throws {
    let positions = Tensor((0..<34).map { Float($0 * 37 % 23) / 23 }, shape: [17, 2], device: device)
    let found = pooledPositions(positions, from: 4, to: 3)
    let wanted: [Float] = [
      0.23188, 0.70169, 0.52174, 0.21377, 0.81159, 0.42029, 0.47464, 0.66667, 0.34783, 0.45652, 0.63768, 0.24638,
      0.71739, 0.49275, 0.17391, 0.69928, 0.46377, 0.21135,
    ]
    #expect(found.shape == [10, 2] && Array(found.array()[..<2]) == Array(positions.array()[..<2]))
    for (a, b) in zip(found.array()[2...], wanted) { #expect(abs(a - b) < 1e-5) }
    var settings = Self.dinoSettings()
    settings.localSize = 12
    let teaching = try DinoTeaching(settings: settings, source: StripePictures(), device: device)
    #expect(try teaching.step().loss.isFinite)
  }

  /// As a method of pre-training: any student, the session's rates, values that change while it goes on, and 40 steps
  /// that are 20 and 20 to the last bit.
  @Test(arguments: Precision.allCases) func dinoPreTrainsAStudent(dtype: Precision) throws {
    var settings = Self.dinoSettings()
    settings.kind = .pretrain
    settings.rates = CosineSchedule(base: 2e-3, final: 1e-4, warmupStart: 0, warmupSteps: 4, totalSteps: 40)
    settings.learningRateScale = 0.5
    settings.student = VisionTransformerConfiguration(
      imageSize: 16, patchSize: 4, width: 8, depth: 2, heads: 2, qkvBias: .queryValue, layerScale: 0.1, dropPath: 0.2)
    func task() throws -> TeachingTask {
      try TeachingTask(
        DinoTeaching(
          settings: settings, source: StripePictures(), device: CPUDevice(threads: 2, dtype: dtype)))
    }
    func applied(_ task: TeachingTask) throws -> TrainerMetrics {
      switch try task.step() {
      case .applied(let metrics): return metrics
      case .rejected(let rejection): throw rejection
      }
    }
    let straight = try task()
    #expect(straight.about.kind == .pretrain && straight.about.warmupSteps == 4 && straight.product == nil)
    #expect(straight.about.model.summary.contains("d8 L2"))
    let steps = try (0..<40).map { _ in try applied(straight) }
    let expected = steps.map(\.loss)
    #expect(abs(steps[4].learningRate - 1e-3) < 1e-9)
    let folder = try TrainerStateTests.temporaryDirectory()
    defer { try? FileManager.default.removeItem(at: folder) }
    let first = try task()
    let before = try (0..<20).map { _ in try applied(first).loss }
    try first.save(to: folder)
    try first.saveModel(to: folder)
    let second = try task()
    try second.load(from: folder)
    #expect(try before + (0..<20).map { _ in try applied(second).loss } == expected)
    // What is judged and kept is the average, in the student's configuration.
    let kept = try loadVision(from: folder.appendingPathComponent(TaskFiles.model), device: device)
    #expect(kept.model.configuration.layerScale == 0.1 && kept.model.configuration.depth == 2)
    #expect(try first.subject().model.configuration == settings.student)
    #expect(first.featureSpread()?.untrained != nil)

    let live = try #require(first.liveValues)
    #expect(live.liveKeys == ["optimizer.learning_rate_scale", "optimizer.clip_gradient"])
    try live.apply(
      LiveRecipe(
        learningRateScale: 2, gradientClip: 1, maskedPatches: 0, minimumBlock: 0, lossTokens: .all))
    #expect(try abs(applied(first).learningRate - 2 * (settings.rates?.value(at: 20) ?? 0)) < 1e-9)
    settings.kind = .teachDino
    #expect(try task().liveValues == nil && task().product != nil)
  }

  @Test func schedulesOfDinoFollowTheRun() {
    #expect(DinoTeachingSettings.usualMomentum(steps: 100_000) == 0.996)
    #expect(abs(DinoTeachingSettings.usualMomentum(steps: 2000) - 0.99) < 1e-12)
    #expect(DinoTeachingSettings.usualMomentum(steps: 10) == 0)
    for (width, hidden, bottleneck) in [(768, 2048, 256), (96, 256, 64)] {
      let head = DinoTeachingSettings.usualHead(width: width)
      #expect(head.hidden == hidden && head.bottleneck == bottleneck)
    }
  }

  /// torch: F.interpolate of the 4 x 4 grid to 2 x 2, bilinear, align_corners false, is the mean over 2 x 2 places.
  @Test func positionsArePooledDifferentiably() throws {
    let positions = Tensor((0..<17 * 2).map { Float($0) }, shape: [17, 2], device: device)
    positions.requiresGradient = true
    let pooled = pooledPositions(positions, from: 4, to: 2)
    #expect(pooled.shape == [5, 2])
    // Places 0, 1, 4, 5 of the grid are rows 1, 2, 5, 6: means (2 + 4 + 10 + 12) / 4 and one more.
    #expect(pooled.array() == [0, 1, 7, 8, 11, 12, 23, 24, 27, 28])
    meanSquaredLoss(pooled, .zeros([5, 2], device: device), weights: [0, 1, 0, 0, 0]).backward()
    let gradient = try #require(positions.gradient).array()
    // d/dp of mean((7^2, 8^2)) through a mean over four: 7 / 4 and 8 / 4 in four rows, nothing elsewhere.
    for row in 0..<17 {
      let expected: [Float] = [1, 2, 5, 6].contains(row) ? [1.75, 2] : [0, 0]
      #expect(abs(gradient[row * 2] - expected[0]) < 1e-6 && abs(gradient[row * 2 + 1] - expected[1]) < 1e-6)
    }
  }

  @Test func sinkhornBalancesAndSharpens() {
    var generator = Philox(seed: 1, purpose: .other)
    let logits = (0..<64 * 8).map { place in 0.05 * generator.normal() + (place % 8 == 0 ? 0.5 : 0) }
    let assignment = sinkhornAssignment(logits, rows: 64, temperature: 0.4)
    for row in 0..<64 {
      #expect(abs(assignment[row * 8..<row * 8 + 8].reduce(0, +) - 1) < 1e-5)
    }
    for column in 0..<8 {
      let mass = (0..<64).reduce(Float(0)) { $0 + assignment[$1 * 8 + column] }
      #expect(abs(mass - 8) < 0.4)
    }
    let health = AssignmentHealth(probabilities: assignment, rows: 64)
    #expect(health.usage > 0.99 * log(8) && health.entropy < 0.6 * log(8))
  }

  @Test func healthTellsCollapses() {
    let uniform = AssignmentHealth(probabilities: [Float](repeating: 0.25, count: 12), rows: 3)
    #expect(abs(uniform.entropy - log(4)) < 1e-6 && abs(uniform.usage - log(4)) < 1e-6)
    let single = AssignmentHealth(probabilities: [1, 0, 0, 0, 1, 0, 0, 0], rows: 2)
    #expect(single.entropy == 0 && single.usage == 0)
    let spread = AssignmentHealth(probabilities: [1, 0, 0, 0, 0, 0, 1, 0], rows: 2)
    #expect(spread.entropy == 0 && abs(spread.usage - log(2)) < 1e-6)
  }
}

/// Dark and light pictures, with captions that say so.
struct TwoTones: PictureSource {
  let count: Int
  var name: String { "two tones" }
  var classNames: [String] { ["dark", "light"] }
  func label(at index: Int) -> Int? { index % 2 }
  func caption(at index: Int) -> String? { index % 2 == 0 ? "a dark picture" : "a light picture" }
  func itemName(at index: Int) -> String { "tone \(index)" }

  func picture(at index: Int) throws -> Picture {
    let base = index % 2 == 0 ? 40 : 180
    return Picture(width: 16, height: 16, rgb: (0..<768).map { UInt8(base + ($0 * (7 + index)) % 50) })
  }
}
