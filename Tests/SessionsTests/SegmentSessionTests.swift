import Recipe
import Sessions
import Testing

@Suite struct SegmentSessionTests {
  private func session(_ yaml: String) throws -> SessionFile {
    try SessionFile(yaml: "task: segment\n" + yaml, file: "x.yaml")
  }

  /// DINOv2's recipe for a linear head where the session says nothing else; BEiT v2's where the model learns too.
  @Test func hasItsRecipe() throws {
    let session = try session("segment: {from: demo}")
    #expect(session.segment.head == .linear && session.segment.isFrozen && session.segment.inference == .slide)
    #expect(session.schedule.steps == 40_000 && session.schedule.batchSize == 16 && session.schedule.evalEvery == 4000)
    let optimizer = session.optimizer
    #expect(optimizer.learningRate == 1e-3 && optimizer.weightDecay == 1e-4 && optimizer.warmupSteps == 1500)
    #expect(optimizer.decay == .linear && optimizer.minLearningRate == 0 && optimizer.clipGradient == nil)
    #expect(session.segment.scale == 0.5...2 && session.segment.largestShare == 0.75)
    #expect(session.evals.during == ["segment"] && session.evals.atEnd == ["segment"])
    #expect(session.text(of: "mask.kind") == nil && session.text(of: "segment.from") == "demo")
    #expect(try SessionFile(yaml: session.yaml, file: "again") == session)
    #expect(try SessionFile(yaml: session.json, file: "again") == session)
    let learning = try self.session("segment: {from: demo, frozen: false}")
    #expect(learning.schedule.steps == 160_000 && learning.optimizer.learningRate == 5e-5)
    let upernet = try self.session("segment: {from: demo, head: upernet}")
    #expect(!upernet.segment.isFrozen && upernet.segment.channels == nil && upernet.optimizer == learning.optimizer)
    #expect(learning.optimizer.weightDecay == 0.05 && learning.segment.layerDecay == 0.75)
  }

  @Test func oneFolderNamesBoth() throws {
    let session = try session("segment: {from: demo, maps: transparency}\ndata: {path: stamps}")
    #expect(session.data.kind == .folder && session.evals.data.path == "stamps")
    #expect(session.evals.data.kind == .folder && session.segment.maps == .transparency)
  }

  @Test(arguments: [
    (
      "seed: 1",
      "x.yaml:1: task segment begins with a model, but segment.from is not given; name weights, a checkpoint's folder, or a "
        + "run as SESSION/RUN."
    ),
    ("segment: {from: demo}\nfinetune: {mixup: 0}", "has no section finetune"),
    ("segment: {from: demo, classes: 1}", "segment.classes is 1"),
    ("segment: {from: demo}\ndata: {path: a}\nevals: {data: {path: b}}", "are both what segmentation learns from"),
    ("segment: {from: demo}\nevals: {data: {kind: none}}", "segmentation is scored on pictures of the kind"),
    ("segment: {from: demo}\ndata: {augmentation: {crops: 2}}", "segmentation draws other crops in every pass"),
  ])
  func whatDoesNotGoTogetherIsSaid(yaml: String, words: String) {
    #expect { try session(yaml) } throws: { "\($0)".contains(words) }
  }

  /// Folders of classes have no maps, which a run would find out at its end.
  @Test func whatIsJudgedByPixelsHasMaps() throws {
    let folder = "data: {kind: folder, path: a}\nevals: {data: {kind: folder, path: b}, at_end: [segment]}"
    #expect { try SessionFile(yaml: folder, file: "x.yaml") } throws: {
      "\($0)".contains("needs maps of pixels' classes") && "\($0)".contains("not in task pretrain; leave it out")
    }
    let scenes = try SessionFile(yaml: "evals: {data: {kind: scenes}, at_end: [segment]}", file: "x.yaml")
    #expect(scenes.evals.atEnd == ["segment"])
  }

  @Test func whatARunBeganWithStays() {
    for key in ["segment.from", "segment.head", "segment.frozen", "segment.classes", "segment.image_size"] {
      guard case .never = SessionFile.resumeRule(of: key) else { return #expect(Bool(false), "\(key) may change") }
      #expect(SessionFile.forkObjection(to: key) != nil, "\(key)")
    }
    #expect(
      SessionFile.resumeRule(of: "segment.stride") == .free && SessionFile.forkObjection(to: "segment.stride") == nil)
    guard case .accepted = SessionFile.resumeRule(of: "segment.scale") else {
      return #expect(Bool(false), "scale is not asked about")
    }
  }
}
