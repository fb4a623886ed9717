import Foundation
import Recipe
import RunEvents
import Sessions
import Testing

@Suite struct PresetTests {
  /// The files in `sessions`, and the same text inside the program. `MVP_WRITE_PRESETS=1` carries the files over.
  @Test func constantsAreTheFiles() throws {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let folder = root.appendingPathComponent("sessions")
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".yaml") }
    #expect(Set(names) == Set(Preset.all.map { "\($0.name).yaml" }))
    for preset in Preset.all {
      let text = try String(contentsOf: folder.appendingPathComponent("\(preset.name).yaml"), encoding: .utf8)
      if ProcessInfo.processInfo.environment["MVP_WRITE_PRESETS"] == "1" {
        try write(text, of: preset.name, root: root)
      }
      #expect(
        preset.yaml == text, "Run MVP_WRITE_PRESETS=1 swift test --filter PresetTests, then build again.")
    }
  }

  /// With the options that presets name.
  private static let evaluations =
    sampleEvaluations
    + [("finetune", "epochs"), ("segment", "steps")].map { kind, option in
      EvaluationDescription(
        kind: kind, title: kind,
        options: [option, "pictures"].map {
          OptionDescription(name: $0, help: "", values: .whole(1...9999), usual: "9")
        })
    } + ["zeroshot", "depth"].map { EvaluationDescription(kind: $0, title: $0) }

  @Test(arguments: Preset.all)
  func readsAndReadsBack(_ preset: Preset) throws {
    let session = try SessionFile(yaml: preset.yaml, file: "\(preset.name).yaml", evaluations: Self.evaluations)
    #expect(try SessionFile(yaml: session.yaml, file: "canonical.yaml") == session)
    #expect(try SessionFile(yaml: session.json, file: "stored.json") == session)
    #expect(!session.about.isEmpty)
    let lines = preset.yaml.split(separator: "\n", omittingEmptySubsequences: false)
    #expect(lines.allSatisfy { $0.count <= 120 && $0.last != " " })
  }

  @Test func demoIsSmallAndNeedsNothing() throws {
    let demo = try SessionFile(yaml: try preset("demo").yaml, file: "demo.yaml")
    #expect(demo.data.kind == .scenes && demo.evals.data.kind == .scenes)
    #expect(demo.guidance.teachers.map(\.weights) == [.shipped("clip"), .shipped("dino")])
    #expect(demo.guidance.start == "clip")
    #expect(demo.student.patches == 64 && demo.mask.maskedCount(of: 64) == 26)
    #expect(demo.evals.atEnd == ["knn", "linear"])
    // No picture is in two of training, evaluation and test.
    let ranges = [demo.data.range, demo.evals.data.trainRange, demo.evals.data.testRange]
    for (index, range) in ranges.enumerated() {
      for other in ranges[(index + 1)...] { #expect(!range.overlaps(other)) }
    }
  }

  /// SCIENCE: BEiT's recipe with the betas of 300 epochs; 625 steps an epoch at batch 2048 on 1,281,167 pictures.
  @Test(arguments: [("mvp-b16-imagenet", 768, 12, 12, 0.1), ("mvp-l16-imagenet", 1024, 24, 16, 1e-5)])
  func imageNetPresetsAreTheRecipe(_ name: String, width: Int, depth: Int, heads: Int, layerScale: Double) throws {
    let session = try SessionFile(
      yaml: try preset(name).yaml, file: "\(name).yaml", evaluations: sampleEvaluations)
    let student = session.student
    #expect(student.imageSize == 224 && student.patchSize == 16)
    #expect(student.width == width && student.depth == depth && student.heads == heads)
    #expect(student.layerScale == layerScale && student.mlpRatio == 4 && student.dropPath == 0)
    #expect(student.positions == .none && student.relativePositionBias && student.qkvBias == .queryValue)
    #expect(student.patches == 196 && session.mask.maskedCount(of: 196) == 75)
    #expect(
      session.mask.kind == .blockwise && session.mask.minimumBlock(of: 196) == 16 && session.mask.minimumAspect == 0.3)
    #expect(session.objective.loss == .cosine && session.objective.tokens == .clsMasked)
    #expect(!session.objective.normaliseTargets)
    let optimizer = session.optimizer
    #expect(session.schedule.effectiveBatch == 2048)
    #expect(optimizer.peakLearningRate(batch: 2048) == 1.5e-3)
    #expect(optimizer.minLearningRate(batch: 2048) == 1e-5 && optimizer.warmupLearningRate(batch: 2048) == 1e-6)
    #expect(optimizer.weightDecay == 0.05 && optimizer.betas == [0.9, 0.98] && optimizer.epsilon == 1e-8)
    #expect(optimizer.clipGradient == 3)
    #expect(session.schedule.stepsPerEpoch(datasetSize: 1_281_167) == 625)
    #expect(session.schedule.totalSteps(datasetSize: 1_281_167) == 187_500)
    #expect(session.schedule.warmupSteps(optimizer, datasetSize: 1_281_167) == 6_250)
    #expect(session.data.augmentation == AugmentationSettings())
    #expect(session.data.augmentation.scale.lowerBound == 0.2)
    #expect(session.data.augmentation.jitter == [0.4, 0.4, 0.4])
    #expect(session.guidance.start == "clip")
    #expect(session.guidance.teachers.map(\.name) == ["clip", "dino"] && session.guidance.teachers[0].project)
    #expect(session.evals.options(of: "knn") == ["k": "20", "temperature": "0.07"])
  }

  /// The recipe of MAE at a batch of 4096, 312 steps an epoch.
  @Test(arguments: [("mae-b16-imagenet", 768, 12, 12), ("mae-l16-imagenet", 1024, 24, 16)])
  func maePresetsAreTheRecipe(_ name: String, width: Int, depth: Int, heads: Int) throws {
    let session = try SessionFile(
      yaml: try preset(name).yaml, file: "\(name).yaml", evaluations: sampleEvaluations)
    // What the recipe says is what a session of the method has that says nothing but sizes.
    let usual = try SessionFile(
      yaml: "objective: {method: mae}\nstudent: {width: \(width), depth: \(depth), heads: \(heads)}", file: "usual.yaml"
    )
    #expect(session.student == usual.student && session.guidance == usual.guidance)
    var objective = session.objective
    #expect(objective.decoder.shape(of: session.student) == DecoderShape(depth: 8, width: 512, heads: 16))
    objective.decoder = DecoderSettings()
    #expect(objective == usual.objective && session.mask.kind == .random && session.mask.maskedCount(of: 196) == 147)
    let optimizer = session.optimizer
    #expect(session.schedule.effectiveBatch == 4096 && optimizer.peakLearningRate(batch: 4096) == 2.4e-3)
    #expect(optimizer.minLearningRate == 0 && optimizer.warmupLearningRate == 0 && optimizer.warmupEpochs == 40)
    #expect(optimizer.weightDecay == 0.05 && optimizer.betas == [0.9, 0.95] && optimizer.clipGradient == nil)
    #expect(session.schedule.epochs == 1600 && session.schedule.stepsPerEpoch(datasetSize: 1_281_167) == 312)
    #expect(session.data.augmentation.jitter == [0, 0, 0] && session.data.augmentation.scale == 0.2...1)
  }

  /// BEiT's own recipe, 800 epochs at a batch of 2048.
  @Test(arguments: [("beit-b16-imagenet", 768, 12, 12, 0.1), ("beit-l16-imagenet", 1024, 24, 16, 1e-5)])
  func beitPresetsAreTheRecipe(_ name: String, width: Int, depth: Int, heads: Int, layerScale: Double) throws {
    let session = try SessionFile(
      yaml: try preset(name).yaml, file: "\(name).yaml", evaluations: sampleEvaluations)
    let usual = try SessionFile(
      yaml: "objective: {method: beit}\nstudent: {width: \(width), depth: \(depth), heads: \(heads), "
        + "layer_scale: \(layerScale), drop_path: 0.1}", file: "usual.yaml")
    #expect(session.student == usual.student && session.objective == usual.objective)
    #expect(session.objective.loss == .crossEntropy && session.objective.tokens == .masked)
    #expect(session.guidance.start == "dalle" && session.guidance.teachers.map(\.name) == ["dalle"])
    #expect(session.mask.kind == .blockwise && session.mask.maskedCount(of: 196) == 75)
    let optimizer = session.optimizer
    #expect(session.schedule.effectiveBatch == 2048 && optimizer.peakLearningRate(batch: 2048) == 1.5e-3)
    #expect(optimizer.minLearningRate == 1e-5 && optimizer.warmupLearningRate == 0 && optimizer.warmupEpochs == 10)
    #expect(optimizer.weightDecay == 0.05 && optimizer.betas == [0.9, 0.999] && optimizer.clipGradient == 3)
    #expect(session.schedule.epochs == 800 && session.schedule.stepsPerEpoch(datasetSize: 1_281_167) == 625)
    #expect(session.data.augmentation.scale == 0.08...1 && session.data.augmentation.jitter == [0.4, 0.4, 0.4])
  }

  /// The recipe of BEiT v2 for 300 epochs at a batch of 2048; PeCo's as far as it follows BEiT's.
  @Test(arguments: [
    ("beit2-b16-imagenet", "beit2", 0.1), ("beit2-l16-imagenet", "beit2", 1e-5), ("peco-b16-imagenet", "peco", 0.1),
  ])
  func presetsOfCodebooksAreTheRecipe(_ name: String, method: String, layerScale: Double) throws {
    let session = try SessionFile(yaml: try preset(name).yaml, file: "\(name).yaml", evaluations: sampleEvaluations)
    let (width, depth, heads) = (session.student.width, session.student.depth, session.student.heads)
    var usual = try SessionFile(
      yaml: "objective: {method: \(method)}\nstudent: {width: \(width), depth: \(depth), heads: \(heads)}",
      file: "usual.yaml")
    (usual.student.layerScale, usual.student.dropPath) = (layerScale, session.student.dropPath)
    #expect(session.student == usual.student && session.objective == usual.objective)
    #expect(session.objective.loss == .crossEntropy && session.objective.tokens == .masked)
    #expect(session.objective.head == (method == "beit2" ? .linearCLS : .linear))
    #expect(session.mask.kind == .blockwise && session.mask.maskedCount(of: 196) == 75)
    #expect(session.guidance.start == usual.guidance.start && session.guidance.teachers.count == 1)
    let optimizer = session.optimizer
    #expect(session.schedule.effectiveBatch == 2048 && optimizer.peakLearningRate(batch: 2048) == 1.5e-3)
    #expect(optimizer.warmupLearningRate == 0 && optimizer.warmupEpochs == 10 && optimizer.clipGradient == 3)
    #expect(optimizer.betas == [0.9, method == "beit2" ? 0.98 : 0.999] && optimizer.weightDecay == 0.05)
    #expect(session.schedule.epochs == 300)
  }

  /// The recipe of CAE at a batch of 2048, half of the patches masked.
  @Test(arguments: [
    ("cae-b16-imagenet", 768, 12, 800.0, 20.0, InitialValues.xavierLayers, 0.1),
    ("cae-l16-imagenet", 1024, 24, 1600, 40, .beit, 1e-5),
  ])
  func caePresetsAreTheRecipe(
    _ name: String, width: Int, depth: Int, epochs: Double, warmup: Double, values: InitialValues, scale: Double
  ) throws {
    let session = try SessionFile(
      yaml: try preset(name).yaml, file: "\(name).yaml", evaluations: sampleEvaluations)
    let (student, objective, optimizer) = (session.student, session.objective, session.optimizer)
    #expect(student.width == width && student.depth == depth && student.positions == .sinCosRows)
    #expect(student.initialValues == values && student.layerScale == scale && student.dropPath == 0.1)
    #expect(objective.regressor.shape(of: student) == RegressorShape(depth: 4, decoderDepth: 4, alignment: 2))
    #expect(objective.loss == .crossEntropy && session.mask.maskedCount(of: 196) == 98)
    #expect(session.schedule.effectiveBatch == 2048 && optimizer.peakLearningRate(batch: 2048) == 1.5e-3)
    #expect(session.schedule.epochs == epochs && optimizer.warmupEpochs == warmup)
    #expect(optimizer.betas == [0.9, 0.999] && optimizer.clipGradient == 3)
  }

  @Test func dinoPresetIsTheRecipe() throws {
    let session = try SessionFile(
      yaml: try preset("dino-b16-imagenet").yaml, file: "dino-b16-imagenet.yaml", evaluations: sampleEvaluations)
    let dino = session.objective.dino
    #expect(dino.prototypes == 65_536 && dino.localCrops == 8 && dino.localSize(of: session.student) == 96)
    #expect(dino.centering == .mean && dino.temperatures == [0.04, 0.07] && dino.momentum == 0.996)
    #expect(abs(session.optimizer.peakLearningRate(batch: 1024) - 2e-3) < 1e-12)
    #expect(!session.followsTargets && session.schedule.accumulation == 1)
  }

  /// BEiT's recipe: 1,251 steps an epoch at a batch of 1024.
  @Test(arguments: [
    ("mvp-b16-imagenet-finetune", 4e-3, 0.65, 0.1, 100.0, 20.0),
    ("mvp-l16-imagenet-finetune", 1e-3, 0.75, 0.2, 50.0, 5.0),
  ])
  func fineTuningPresetsAreTheRecipe(
    _ name: String, rate: Double, decay: Double, dropPath: Double, epochs: Double, warmup: Double
  ) throws {
    let session = try SessionFile(yaml: try preset(name).yaml, file: "\(name).yaml", evaluations: sampleEvaluations)
    #expect(session.task == .finetune && session.schedule.effectiveBatch == 1024)
    #expect(session.optimizer.peakLearningRate(batch: 1024) == rate && session.finetune.layerDecay == decay)
    #expect(session.finetune.dropPath == dropPath && session.schedule.epochs == epochs)
    #expect(session.optimizer.warmupEpochs == warmup && session.schedule.stepsPerEpoch(datasetSize: 1_281_167) == 1251)
    // What the recipe says is what a session has that says nothing.
    var usual = FinetuneSettings()
    (usual.from, usual.imageSize) = (session.finetune.from, 224)
    (usual.layerDecay, usual.dropPath) = (decay, dropPath)
    #expect(session.finetune == usual)
  }

  /// BEiT v2's recipe for UperNet on ADE20K.
  @Test(arguments: [
    ("mvp-b16-ade20k", 5e-5, 0.75, 0.15, 768), ("mvp-l16-ade20k", 4e-5, 0.9, 0.2, 1024),
  ])
  func segmentationPresetsAreTheRecipe(
    _ name: String, rate: Double, decay: Double, dropPath: Double, channels: Int
  ) throws {
    let session = try SessionFile(yaml: try preset(name).yaml, file: "\(name).yaml", evaluations: sampleEvaluations)
    #expect(session.task == .segment && session.schedule.effectiveBatch == 16 && session.schedule.steps == 160_000)
    #expect(session.optimizer.peakLearningRate(batch: 16) == rate && session.optimizer.warmupSteps == 1500)
    #expect(session.optimizer.decay == .linear && session.optimizer.minLearningRate == 0)
    #expect(abs(session.optimizer.warmupLearningRate / rate - 1e-6) < 1e-12)
    // What the recipe says is what a session has that says nothing but sizes.
    var usual = SegmentSettings()
    (usual.from, usual.imageSize) = (session.segment.from, 512)
    (usual.head, usual.channels, usual.frozen) = (.upernet, channels, false)
    (usual.layerDecay, usual.dropPath) = (decay, dropPath)
    (usual.classes, usual.reduceZeroLabel, usual.stride) = (150, true, 341)
    #expect(session.segment == usual)
  }

  private func preset(_ name: String) throws -> Preset { try #require(Preset.all.first { $0.name == name }) }

  private func write(_ text: String, of name: String, root: URL) throws {
    let words = name.split(separator: "-").map { word in
      ["mvp": "mvp", "imagenet": "ImageNet"][word] ?? (word.first?.uppercased() ?? "") + word.dropFirst()
    }
    let type = words.enumerated().map {
      $0.offset == 0 ? $0.element.prefix(1).uppercased() + $0.element.dropFirst() : $0.element
    }
    .joined()
    let member = type.prefix(1).lowercased() + type.dropFirst()
    let body = text.split(separator: "\n", omittingEmptySubsequences: false).map { $0.isEmpty ? "" : "    \($0)" }
      .joined(separator: "\n")
    let source = """
      // swift-format-ignore-file
      extension Preset {
        /// `sessions/\(name).yaml`, letter for letter.
        static let \(member) = Preset(
          name: "\(name)",
          yaml: #\"""
      \(body)
          \"""#)
      }

      """
    let file = root.appendingPathComponent("Sources/Sessions/Presets/Preset+\(type).swift")
    if try String(contentsOf: file, encoding: .utf8) != source {
      try source.write(to: file, atomically: true, encoding: .utf8)
    }
  }
}
