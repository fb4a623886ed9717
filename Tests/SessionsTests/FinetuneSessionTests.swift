import Recipe
import Sessions
import Testing

@Suite struct FinetuneSessionTests {
  private func session(_ yaml: String) throws -> SessionFile {
    try SessionFile(yaml: "task: finetune\n" + yaml, file: "x.yaml")
  }

  /// BEiT's recipe for ViT-B where the session says nothing else.
  @Test func hasItsRecipe() throws {
    let session = try session("finetune: {from: demo}")
    #expect(session.schedule.epochs == 100 && session.schedule.evalEpochs == 1 && session.schedule.steps == nil)
    let optimizer = session.optimizer
    #expect(optimizer.peakLearningRate(batch: 1024) == 4e-3 && optimizer.minLearningRate == 1e-6)
    #expect(optimizer.betas == [0.9, 0.999] && optimizer.clipGradient == nil && optimizer.weightDecay == 0.05)
    #expect(session.finetune.layerDecay == 0.65 && session.finetune.dropPath == 0.1)
    #expect(session.finetune.mixup == 0.8 && session.finetune.cutmix == 1 && session.finetune.labelSmoothing == 0.1)
    #expect(session.data.augmentation.scale == 0.08...1 && session.finetune.randAugment == 9)
    #expect(session.data.augmentation.jitter == [0, 0, 0])
    let jittered = try self.session("finetune: {from: demo, rand_augment: none}")
    #expect(jittered.data.augmentation.jitter == [0.4, 0.4, 0.4])
    #expect(session.evals.during == ["accuracy"] && session.evals.atEnd == ["accuracy"])
    #expect(session.evals.features == .mean)
    #expect(session.text(of: "mask.kind") == nil && session.text(of: "student.width") == nil)
    #expect(session.text(of: "optimizer.weight_decay") == "0.05" && session.text(of: "finetune.from") == "demo")
    #expect(try SessionFile(yaml: session.yaml, file: "again") == session)
    #expect(try SessionFile(yaml: session.json, file: "again") == session)
  }

  /// One folder is what is learned from and what is scored on.
  @Test(arguments: [
    "data: {path: pets}", "evals: {data: {path: pets}}", "data: {path: pets}\nevals: {data: {path: pets}}",
  ])
  func oneFolderNamesBoth(yaml: String) throws {
    let session = try session("finetune: {from: demo}\n" + yaml)
    #expect(session.data.kind == .folder && session.data.path == "pets")
    #expect(session.evals.data.kind == .folder && session.evals.data.path == "pets")
    #expect(try SessionFile(yaml: session.json, file: "again") == session)
  }

  @Test func twoFoldersAndRangesAreTakenOver() throws {
    let folders = try session("finetune: {from: demo}\nevals: {data: {train_path: a, test_path: b}}")
    #expect(folders.data.path == "a" && folders.data.kind == .folder && folders.evals.data.testPath == "b")
    let scenes = try session("finetune: {from: demo}\ndata: {range: [0, 100]}")
    #expect(scenes.evals.data.kind == .scenes && scenes.evals.data.trainRange == 0..<100)
    #expect(try session("finetune: {from: demo}").data.range == 200_000..<206_000)
  }

  @Test(arguments: [
    (
      "seed: 1",
      "x.yaml:1: task finetune begins with a model, but finetune.from is not given; name weights, a checkpoint's folder, or a "
        + "run as SESSION/RUN."
    ),
    ("finetune: {from: demo}\nmask: {kind: random}", "has no section mask"),
    ("finetune: {from: demo, color_jitter: 0.4}", "finetune has no key \"color_jitter\""),
    ("finetune: {from: demo}\ndata: {path: a}\nevals: {data: {path: b}}", "are both what fine-tuning learns from"),
    (
      "finetune: {from: demo}\ndata: {range: [0, 9]}\nevals: {data: {train_range: [0, 8]}}",
      "are both what fine-tuning learns from"
    ),
    ("finetune: {from: demo}\nevals: {data: {kind: none}}", "fine-tuning is scored on pictures of the kind"),
    ("finetune: {from: demo}\nevals: {data: {test_range: [200000, 200005]}}", "shares pictures with"),
  ])
  func whatDoesNotGoTogetherIsSaid(yaml: String, words: String) {
    #expect { try session(yaml) } throws: { "\($0)".contains(words) }
  }

  @Test func onlyFineTunedModelsHaveAnAccuracy() {
    #expect { try SessionFile(yaml: "evals: {at_end: [accuracy]}", file: "x.yaml") } throws: {
      "\($0)".contains("needs a model that tells classes, which task pretrain does not train")
    }
  }

  @Test func whatARunBeganWithStays() {
    for key in ["finetune.from", "finetune.pooling", "finetune.image_size"] {
      guard case .never = SessionFile.resumeRule(of: key) else { return #expect(Bool(false), "\(key) may change") }
    }
    guard case .accepted = SessionFile.resumeRule(of: "finetune.mixup") else {
      return #expect(Bool(false), "mixup is not asked about")
    }
  }
}
