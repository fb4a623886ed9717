import ArrayDifference
import Foundation
import Pretraining
import Tasks
import Tensors
import Testing

@Suite struct PretrainingTaskTests {
  @Test func taskDescribesWhatItTrains() throws {
    let trainer = try TinyRun().trainer()
    let about = (trainer as any TrainingTask).about
    #expect(about.kind == .pretrain && about.maskedPatches == 2 && about.grid.rows == 2 && about.warmupSteps == 3)
    #expect(about.model.summary == "ViT d8 L2 h2 p8 16px" && about.model.parameters == trainer.studentParameterCount)
    #expect(about.targets.map(\.name) == ["clip", "dino"] && about.targets.map(\.featureWidth) == [10, 12])
    #expect(about.plannedBytes > 4 * 4 * about.model.parameters)
  }

  /// Driven by the protocol alone: switched, saved, loaded and gone on with, the losses are those of one trainer.
  @Test func taskGoesOnBitForBitThroughTheProtocol() throws {
    func losses(_ task: any TrainingTask, _ steps: Int) throws -> [Double] {
      try (0..<steps).map { _ in
        switch try task.step() {
        case .applied(let metrics): metrics.loss
        case .rejected(let rejection): throw rejection
        }
      }
    }
    let straight = try TinyRun().trainer()
    var expected = try losses(straight, 3)
    try straight.switchGuidance("dino")
    expected += try losses(straight, 3)

    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("task-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let first: any TrainingTask = try TinyRun().trainer()
    var found = try losses(first, 3)
    try #require(first.targets).select("dino")
    found += try losses(first, 1)
    try first.save(to: folder)
    let second: any TrainingTask = try TinyRun().trainer()
    try second.load(from: folder)
    #expect(second.completedSteps == 4 && second.targets?.currentTarget == "dino")
    found += try losses(second, 2)
    #expect(found == expected)
  }

  @Test func liveValuesThatDoNotFitChangeNothing() throws {
    let trainer = try TinyRun().trainer()
    let live = try #require((trainer as any TrainingTask).liveValues)
    #expect(live.lossKeys.isSubset(of: live.liveKeys))
    var values = LiveRecipe(
      learningRateScale: 0.5, gradientClip: 1, maskedPatches: 9, minimumBlock: 1, lossTokens: .masked)
    #expect(throws: MaskError.self) { try live.apply(values) }
    #expect(trainer.settings.learningRateScale == 1 && trainer.settings.objective.tokens == .clsMasked)
    values.maskedPatches = 3
    try live.apply(values)
    #expect(trainer.settings.learningRateScale == 0.5 && trainer.settings.gradientClip == 1)
    #expect(trainer.settings.objective.tokens == .masked && trainer.masks.masked == 3)
  }
}
