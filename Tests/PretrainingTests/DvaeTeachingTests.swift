import Foundation
import Measures
import Models
import Pretraining
import Recipe
import Tasks
import Tensors
import Testing

@Suite struct DvaeTeachingTests {
  static func settings() -> DvaeTeachingSettings {
    var settings = DvaeTeachingSettings()
    settings.steps = 60
    settings.batchSize = 8
    settings.learningRate = 5e-3
    settings.warmupSteps = 3
    settings.imageSize = 16
    (settings.sizes.codes, settings.sizes.codeWidth, settings.sizes.width, settings.sizes.halvings) = (12, 6, 8, 2)
    return settings
  }

  func teaching(
    _ settings: DvaeTeachingSettings = DvaeTeachingTests.settings(), device: any ComputeDevice = CPUDevice(threads: 1)
  ) throws -> DvaeTeaching {
    try DvaeTeaching(settings: settings, source: TwoTones(count: 64), device: device)
  }

  @Test func itLearnsToMakePicturesOfCodes() throws {
    let teaching = try teaching()
    let steps = try (0..<60).map { _ in try teaching.step() }
    let (first, last) = (steps[0], try #require(steps.last))
    #expect(last.loss < 0.5 * first.loss)
    #expect(last.values[.reconstructionLoss] == last.loss)
    let softness = [first, last].map { $0.values[.codeTemperature] ?? .nan }
    #expect(abs(softness[0] - 0.9) < 1e-9 && softness[1] < 0.32)
    let use = try #require(last.values[.codebookUsage])
    #expect(use > 0 && use <= 1 && (last.values[.codePerplexity] ?? 0) >= 1)

    let file = FileManager.default.temporaryDirectory.appendingPathComponent("dvae-\(UUID().uuidString).safetensors")
    defer { try? FileManager.default.removeItem(at: file) }
    try teaching.save(to: file, scores: [:])
    let read = try #require(try loadTokenizer(from: file, device: CPUDevice(threads: 1)))
    #expect(read.codes == 12)
    #expect(try TokenizerCard(SafetensorsFile(file))?.recipe?["steps"] == "60")
  }

  /// 40 steps are 20 and 20 after a checkpoint on disk, to the last bit.
  @Test(arguments: Precision.allCases)
  func resumingIsExactToTheLastBit(dtype: Precision) throws {
    func task() throws -> TeachingTask {
      TeachingTask(try teaching(device: CPUDevice(threads: 2, dtype: dtype)))
    }
    func losses(_ task: TeachingTask, _ steps: Int) throws -> [Double] {
      try (0..<steps).map { _ in
        guard case .applied(let metrics) = try task.step() else { return .nan }
        return metrics.loss
      }
    }
    let expected = try losses(try task(), 40)
    let folder = try TrainerStateTests.temporaryDirectory()
    defer { try? FileManager.default.removeItem(at: folder) }
    let first = try task()
    let before = try losses(first, 20)
    try first.save(to: folder)
    let second = try task()
    try second.load(from: folder)
    let after = try losses(second, 20)
    #expect(before + after == expected)
    try second.saveModel(to: folder)
    #expect(try loadTokenizer(from: folder.appendingPathComponent(TaskFiles.model), device: CPUDevice()) != nil)
  }

  /// The slope of the whole loss along its gradient is the gradient's length squared.
  @Test(arguments: DvaeTeachingSettings.Comparison.allCases)
  func gradientOfTheWholeLossIsItsSlope(comparison: DvaeTeachingSettings.Comparison) throws {
    var settings = Self.settings()
    settings.comparison = comparison
    settings.divergenceWeight = 0.3
    let teaching = try teaching(settings)
    let pixels = Tensor(
      (0..<2 * 768).map { Float($0 * 7919 % 257) / 257 }, shape: [2, 3, 16, 16], device: CPUDevice(threads: 1))
    try expectSlope(
      of: { teaching.loss(of: pixels, temperature: 0.7) }, teaching.tokenizer.parameters(), reach: 2e-3, within: 2e-2)
  }

  @Test func whatHasNoFeaturesIsNotJudged() throws {
    let task = TeachingTask(try teaching())
    let error = #expect(throws: TeachingError.self) { try task.subject() }
    #expect(
      error?.description
        == "task teach-dvae trains a tokenizer, which has no features to judge: leave the evaluation out.")
    #expect(task.featureSpread() == nil && task.about.grid == (4, 4))
    #expect(task.about.model.summary == "dVAE k12 d8 p4 16px")
    var settings = Self.settings()
    settings.imageSize = 18
    let wrong = #expect(throws: TeachingError.self) { try teaching(settings) }
    #expect(
      wrong?.description
        == "Pictures of 18 px have no whole number of codes of 4 px: choose a size that 4 divides.")
  }
}
