import Datasets
import Evaluation
import Foundation
import Models
import Pretraining
import Tensors

/// Trains one of the small teachers from drawn scenes: `mvp teach`.
package struct TeacherTraining: Sendable {
  package enum Kind: String, CaseIterable, Sendable { case clip, dino }

  package var kind: Kind
  package var steps: Int?
  package var seed: UInt64 = 0
  package var engine = EngineOptions()
  /// Indices of the scenes that it learns from; pre-training and evaluation use others.
  package var range = 0..<60_000
  package var output: URL

  package init(kind: Kind, output: URL) {
    self.kind = kind
    self.output = output
  }

  /// Scenes whose labels a kNN score may look at, and those that it is scored on.
  private static let judged = (train: 200_000..<206_000, test: 206_000..<208_000)

  package struct Result: Codable, Equatable, Sendable {
    package var output: String
    package var steps: Int
    package var scores: [String: Double]
    package var seconds: Double
  }

  /// - Parameter progress: called after every step: steps done, all steps, and a line about the step.
  package func run(progress: (Int, Int, String) -> Void = { _, _, _ in }) throws -> Result {
    let clock = ContinuousClock.now
    let device = try engine.makeDevice()
    let source = ScenesSource(seed: 0, range: range)
    let data = EvaluationData(
      train: ScenesSource(seed: 0, range: TeacherTraining.judged.train),
      test: ScenesSource(seed: 0, range: TeacherTraining.judged.test))
    let scores: [String: Double]
    let made: Int
    switch kind {
    case .clip:
      var settings = ClipTeachingSettings()
      settings.seed = seed
      settings.steps = steps ?? settings.steps
      let teaching = try ClipTeaching(settings: settings, source: source, device: device)
      for _ in 0..<settings.steps {
        progress(teaching.completedSteps, settings.steps, TeacherTraining.line(try teaching.step()))
      }
      let prompts = ScenesSource.classNames.map { name in
        SceneCaption.templates.map { SceneCaption.fill($0, with: name) }
      }
      scores = try teaching.evaluate(data: data, prompts: prompts)
      made = teaching.completedSteps
      try teaching.save(to: output, scores: scores)
    case .dino:
      var settings = DinoTeachingSettings()
      settings.seed = seed
      settings.steps = steps ?? settings.steps
      let teaching = try DinoTeaching(
        settings: settings, source: source, elsewhere: ScenesSource(seed: 0, range: range, place: 1), device: device)
      for _ in 0..<settings.steps {
        progress(teaching.completedSteps, settings.steps, TeacherTraining.line(try teaching.step()))
      }
      scores = try teaching.evaluate(data: data)
      made = teaching.completedSteps
      try teaching.save(to: output, scores: scores)
    }
    return Result(output: output.path, steps: made, scores: scores, seconds: clock.duration(to: .now) / .seconds(1))
  }

  private static func line(_ metrics: TeachingMetrics) -> String {
    let details = metrics.details.sorted { $0.key < $1.key }.map { "\($0.key) \(String(format: "%.3f", $0.value))" }
    return (["loss \(String(format: "%.4f", metrics.loss))"] + details).joined(separator: "  ")
  }
}
