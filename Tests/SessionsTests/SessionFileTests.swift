import Foundation
import Recipe
import Sessions
import Testing

@Suite struct SessionFileTests {
  @Test func anEmptyFileIsTheRecipe() throws {
    for yaml in ["", "# nothing\n", "student:\nmask:\n"] {
      let session = try SessionFile(yaml: yaml, file: "x.yaml")
      #expect(session.student == StudentSettings())
      #expect(session.guidance.start == "clip" && session.guidance.teachers.map(\.name) == ["clip", "dino"])
      #expect(session.schedule.epochs == 300 && session.schedule.steps == nil)
      #expect(session.mask.maskedCount(of: 196) == 75)
    }
  }

  @Test func aFolderOfOnesOwnTakesThreeLines() throws {
    let session = try SessionFile(
      yaml: "data: {path: pictures}\nguidance: {mine: weights/dinov2}\nschedule: {steps: 30, batch_size: 8}\n",
      file: "x.yaml")
    #expect(session.data.kind == .folder && session.data.path == "pictures")
    #expect(session.guidance.teachers == [TeacherSettings(name: "mine", weights: .path("weights/dinov2"))])
    #expect(session.guidance.start == "mine")
    #expect(session.evals.data.kind == .none && session.evals.atEnd.isEmpty && session.evals.during.isEmpty)
    #expect(session.schedule.totalSteps(datasetSize: 538) == 30)
  }

  @Test func everyValueIsRead() throws {
    let yaml = """
      about: "all: of it"
      seed: 18446744073709551615
      threads: 2
      engine: {device: cpu, dtype: bf16, backend: openblas}
      data:
        kind: scenes
        seed: 3
        range: [5, 1_000]
        image_size: 96
        source: "somewhere, \\"quoted\\" # not a comment"
        augmentation: {scale: [0.5, 0.75], ratio: [1, 1], flip: 0, jitter: [0.1, 0, 0.3]}
        workers: 3
        prefetch_batches: 9
      student: {image_size: 96, patch_size: 12, width: 240, depth: 7, heads: 5, mlp_ratio: 2.5, layer_scale: 1e-5,
        drop_path: 0.1, positions: sincos, relative_position_bias: on, qkv_bias: full}
      guidance:
        dino: {weights: shipped, image_size: 64, project: off}
        mine: {weights: "shipped:clip"}
        start: mine
      objective: {loss: smooth_l1, tokens: all, normalise_targets: yes, smooth_l1_beta: 2}
      mask: {kind: random, masked: 40%, minimum: 3, minimum_aspect: 0.5}
      optimizer: {learning_rate: 2e-3, reference_batch: 256, min_learning_rate: 0, warmup_learning_rate: 1e-7,
        warmup_epochs: 1.5, weight_decay: 0, betas: [0.8, 0.95], epsilon: 1e-6, clip_gradient: none}
      schedule: {epochs: 2.5, batch_size: 10, accumulation: 2, checkpoint_every: 0, keep_checkpoints: 7, eval_every: 11}
      evals:
        data: {seed: 4, train_range: [0, 10], test_range: [10, 20]}
        features: mean
        knn: {k: 5, temperature: 0.1}
        linear: {iterations: 50}
        during: linear
        at_end: []
      preview: {count: 4, every: 0}
      """
    let session = try SessionFile(yaml: yaml, file: "x.yaml", evaluations: sampleEvaluations)
    #expect(session.about == "all: of it" && session.seed == .max && session.threads == 2)
    #expect(session.engine.dtype == .bfloat16 && session.engine.backend == .openBLAS)
    #expect(session.data.range == 5..<1000 && session.data.imageSize == 96 && session.data.seed == 3)
    #expect(session.data.source == "somewhere, \"quoted\" # not a comment")
    #expect(session.data.augmentation.scale == ClosedRange(uncheckedBounds: (0.5, 0.75)))
    #expect(session.data.augmentation.ratio == ClosedRange(uncheckedBounds: (1, 1)))
    #expect(session.data.augmentation.flip == 0 && session.data.augmentation.jitter == [0.1, 0, 0.3])
    #expect(session.data.workers == 3 && session.data.prefetchBatches == 9)
    #expect(session.student.grid == 8 && session.student.width == 240 && session.student.mlpRatio == 2.5)
    #expect(
      session.student.layerScale == 1e-5 && session.student.positions == .sinCos && session.student.qkvBias == .full)
    #expect(session.guidance.start == "mine" && session.guidance.teachers.map(\.name) == ["dino", "mine"])
    #expect(session.guidance.teachers[0].imageSize == 64 && !session.guidance.teachers[0].project)
    #expect(session.guidance.teacher(named: "mine")?.weights == .shipped("clip"))
    #expect(
      session.objective.loss == .smoothL1 && session.objective.tokens == .all && session.objective.normaliseTargets)
    #expect(
      session.mask.kind == .random && session.mask.maskedCount(of: 64) == 26 && session.mask.minimumBlock(of: 64) == 3)
    #expect(session.optimizer.clipGradient == nil && session.optimizer.betas == [0.8, 0.95])
    #expect(session.optimizer.peakLearningRate(batch: 128) == 1e-3)
    #expect(session.schedule.effectiveBatch == 20 && session.schedule.totalSteps(datasetSize: 995) == 123)
    #expect(session.schedule.warmupSteps(session.optimizer, datasetSize: 995) == 74)
    #expect(session.evals.during == ["linear"] && session.evals.atEnd.isEmpty && session.evals.features == .mean)
    #expect(session.evals.options(of: "linear") == ["iterations": "50"] && session.evals.options(of: "knn")["k"] == "5")
    #expect(session.preview.every == 0)
    #expect(try SessionFile(yaml: session.yaml, file: "canonical.yaml") == session)
    #expect(try SessionFile(yaml: session.json, file: "stored.json") == session)
    let object = try #require(JSONSerialization.jsonObject(with: Data(session.json.utf8)) as? [String: Any])
    #expect(Set(object.keys).isSuperset(of: ["seed", "student", "schedule", "evals"]))
  }

  @Test func channelsAreThreeUnlessTheySayOtherwise() throws {
    let usual = try SessionFile(yaml: "seed: 1", file: "x.yaml")
    #expect(usual.data.channels == 3 && usual.data.mean == nil && usual.guidance.view == nil)
    #expect(!usual.yaml.contains("channels: 3") && usual.teacherChannels == nil && usual.channelNotes.isEmpty)
    let yaml = """
      data: {path: x, channels: 5, mean: [0.1, 0.2, 0.3, 0.4, 0.5], std: [0.2, 0.2, 0.2, 0.2, 0.25]}
      guidance: {start: clip, view: [4, 2, 0], clip: shipped}
      evals: {data: {path: y}}
      """
    let session = try SessionFile(yaml: yaml, file: "x.yaml", evaluations: sampleEvaluations)
    #expect(session.data.channels == 5 && session.data.mean?.count == 5 && session.data.deviation?.last == 0.25)
    #expect(session.guidance.view == [4, 2, 0] && session.guidance.teachers.map(\.name) == ["clip"])
    #expect(session.teacherChannels == [4, 2, 0] && session.shownChannels == [4, 2, 0])
    #expect(session.channelNotes.count == 1)
    #expect(try SessionFile(yaml: session.yaml, file: "canonical.yaml") == session)
    #expect(try SessionFile(yaml: session.json, file: "stored.json") == session)
    let grey = try SessionFile(yaml: "data: {channels: 1}", file: "x.yaml", evaluations: sampleEvaluations)
    #expect(grey.teacherChannels == [0, 0, 0] && grey.yaml.contains("channels: 1\n"))
    #expect(
      SessionFile.resumeRule(of: "data.channels") != .free && SessionFile.forkObjection(to: "data.channels") != nil)
    let trial = try SessionFile.trial(
      of: session, task: .finetune, from: "small/calm-otter", values: [])
    #expect(trial.data.channels == 5 && trial.data.mean == session.data.mean)
  }

  @Test func sizesAreSquaresOrRectangles() throws {
    let yaml = """
      student: {image_size: [128, 64], patch_size: 16}
      data: {image_size: [96, 160]}
      guidance: {dino: {weights: shipped, image_size: [64, 32]}}
      """
    let session = try SessionFile(yaml: yaml, file: "x.yaml", evaluations: sampleEvaluations)
    #expect(session.student.imageSize == PlaneSize(height: 128, width: 64) && session.student.patches == 32)
    #expect(session.student.grid == PlaneSize(height: 8, width: 4))
    #expect(session.data.imageSize == PlaneSize(height: 96, width: 160))
    #expect(session.guidance.teachers[0].imageSize == PlaneSize(height: 64, width: 32))
    #expect(session.yaml.contains("image_size: [128, 64]\n") && session.json.contains("\"image_size\":[128,64]"))
    #expect(try SessionFile(yaml: session.yaml, file: "canonical.yaml") == session)
    #expect(try SessionFile(yaml: session.json, file: "stored.json") == session)
    let square = try SessionFile(yaml: "student: {image_size: [64, 64], patch_size: 8}", file: "x.yaml")
    #expect(square.yaml.contains("image_size: 64\n"))
    let overridden = try SessionFile(yaml: yaml, file: "x.yaml", overrides: ["student.image_size=[32, 64]"])
    #expect(overridden.student.imageSize == PlaneSize(height: 32, width: 64))
    #expect(DinoSettings().localSize(of: session.student) == PlaneSize(height: 64, width: 32))
    #expect(DinoSettings().localSize(of: square.student) == 32)
    let crops = try SessionFile(
      yaml: "objective: {method: dino, dino: {local_size: [64, 32]}}\nstudent: {image_size: [128, 64]}", file: "x.yaml")
    #expect(crops.objective.dino.localSize == PlaneSize(height: 64, width: 32))
    #expect(throws: SessionError.self) {
      try SessionFile(
        yaml: "objective: {method: dino, dino: {local_size: [64, 96]}}\nstudent: {image_size: [128, 64]}",
        file: "x.yaml")
    }
  }

  @Test func smallGridsScaleTheSmallestBlock() throws {
    let mask = MaskSettings()
    #expect(mask.minimumBlock(of: 196) == 16)
    #expect(mask.minimumBlock(of: 64) == 5)
    #expect(mask.minimumBlock(of: 4) == 1)
  }

  @Test func anEpochOfFewPicturesIsOneStep() throws {
    let session = try SessionFile(yaml: "schedule: {epochs: 2, batch_size: 64}", file: "x.yaml")
    #expect(session.schedule.totalSteps(datasetSize: 10) == 2)
    #expect(session.schedule.totalSteps(datasetSize: 0) == 2)
  }

  @Test func differencesNameBothSides() throws {
    let one = try SessionFile(yaml: "seed: 1\nschedule: {steps: 10}", file: "x.yaml")
    let two = try SessionFile(yaml: "guidance: {start: dino}\nschedule: {epochs: 2}", file: "x.yaml")
    let differences = one.differences(from: two).map { [$0.keyPath, $0.here ?? "-", $0.there ?? "-"] }
    #expect(
      differences == [
        ["seed", "1", "0"], ["guidance.start", "clip", "dino"], ["schedule.steps", "10", "-"],
        ["schedule.epochs", "-", "2"],
      ])
    #expect(one.differences(from: one).isEmpty)
  }

  @Test func everyKeyPathCanBeSet() throws {
    let demo = try #require(Preset.all.first)
    let values = try SessionFile(yaml: demo.yaml, file: "demo.yaml", evaluations: sampleEvaluations).values
    for (keyPath, text) in values {
      let session = try SessionFile(
        yaml: demo.yaml, file: "demo.yaml", overrides: ["\(keyPath)=\(text)"], evaluations: sampleEvaluations)
      #expect(session.values.first { $0.keyPath == keyPath }?.text == text)
    }
    #expect(
      Set(values.map(\.keyPath)).subtracting(SessionFile.keyPaths(sampleEvaluations)).allSatisfy {
        $0.hasPrefix("guidance.dino.")
      })
  }
}
