import Foundation
import Models
import Tasks
import Tensors
import Testing

@Suite struct TrainingTaskTests {
  /// A task that has no more than every task must have.
  private final class BareTask: TrainingTask {
    let awaitsPictures = WaitFlag()
    private(set) var completedSteps = 0

    var about: TaskDescription {
      TaskDescription(
        kind: .pretrain, model: TaskDescription.Model(summary: "bare", parameters: 0), metrics: [], grid: (1, 1),
        warmupSteps: 0, plannedBytes: 0)
    }

    func step() -> StepOutcome {
      completedSteps += 1
      return .rejected(
        StepRejection(quantity: .loss, value: .nan, step: completedSteps, guidance: "bare", origin: .lossOfWeights))
    }

    func skipBatch() {}
    func save(to folder: URL) {}
    func load(from folder: URL) {}
    func saveModel(to folder: URL) {}

    func subject() -> TaskSubject {
      TaskSubject(
        model: VisionTransformer(
          VisionTransformerConfiguration(imageSize: 8, patchSize: 8, width: 4, depth: 1, heads: 1),
          device: CPUDevice(threads: 1), seed: 0), normalization: .imageNet)
    }
  }

  /// What a task does not say that it can do, it cannot.
  @Test func capabilitiesAreAbsentUnlessGiven() throws {
    let task: any TrainingTask = BareTask()
    #expect(task.targets == nil && task.pictures == nil && task.liveValues == nil && task.replay == nil)
    #expect(task.product == nil && task.featureSpread() == nil && task.takeNotices().isEmpty)
    let subject = try task.subject()
    #expect(subject.classFeatures == nil && !task.about.knowsTexts && task.about.maskedPatches == 0)
    guard case .rejected(let rejection) = try task.step() else { return #expect(Bool(false), "a step of nothing") }
    #expect(rejection.description.hasPrefix("The loss of step 1 under bare is nan, so the step was not applied: "))
  }

  @Test func modelIsDescribedBySizes() {
    let configuration = VisionTransformerConfiguration(imageSize: 64, patchSize: 8, width: 128, depth: 6, heads: 4)
    #expect(TaskDescription.Model(configuration, parameters: 7).summary == "ViT d128 L6 h4 p8 64px")
  }
}
