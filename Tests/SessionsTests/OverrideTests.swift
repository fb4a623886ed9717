import Sessions
import Testing

@Suite struct OverrideTests {
  private let yaml = """
    seed: 1
    schedule: {epochs: 3, batch_size: 32}
    optimizer: {warmup_steps: 100}
    guidance: {clip: weights/clip}
    """

  private func read(_ overrides: String...) throws -> SessionFile {
    try SessionFile(yaml: yaml, file: "x.yaml", overrides: overrides)
  }

  @Test func argumentWinsOverFileAndTheLastArgumentOverTheFirst() throws {
    #expect(try read().seed == 1)
    #expect(try read("seed=2").seed == 2)
    #expect(try read("seed=2", "seed=3").seed == 3)
    #expect(try read("schedule.batch_size=8").schedule.batchSize == 8)
    #expect(try read("schedule.batch_size=8").schedule.epochs == 3)
  }

  @Test func valuesAreTypedLikeTheFile() throws {
    #expect(
      try read("data.augmentation.scale=[0.3, 0.9]").data.augmentation.scale == ClosedRange(uncheckedBounds: (0.3, 0.9))
    )
    #expect(try read("evals.at_end=[linear]").evals.atEnd == ["linear"])
    #expect(try read("student.layer_scale=none").student.layerScale == nil)
    #expect(try read("objective.tokens=all", "mask.masked=50%").mask.masked == .share(0.5))
    #expect(try read("mask={kind: random}").mask.kind == .random)
    #expect(try read("about=a: b = c").about == "a: b = c")
  }

  @Test func anAlternativeInTheFileGivesWay() throws {
    let session = try read("schedule.steps=40")
    #expect(session.schedule.steps == 40 && session.schedule.epochs == nil)
    #expect(session.schedule.warmupSteps(session.optimizer, datasetSize: 1000) == 40)
    #expect(try SessionFile(yaml: session.json, file: "stored.json") == session)
    #expect(try read("optimizer.warmup_epochs=0.5").optimizer.warmupSteps == nil)
  }

  @Test func teachersCanBeChangedAndAdded() throws {
    let session = try read("guidance.clip.project=off", "guidance.dino=weights/dino", "guidance.start=dino")
    #expect(session.guidance.teachers.map(\.weights) == [.path("weights/clip"), .path("weights/dino")])
    #expect(session.guidance.teachers.map(\.project) == [false, true])
    #expect(session.guidance.start == "dino")
    #expect(try read("guidance.clip.weights=other").guidance.teachers[0].weights == .path("other"))
  }
}
