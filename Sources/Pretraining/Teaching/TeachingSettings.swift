/// What the settings of every teaching have.
package protocol TeachingSettings: Equatable, Sendable {
  var seed: UInt64 { get set }
  var steps: Int { get set }
  var batchSize: Int { get set }
  var learningRate: Double { get }
  var minimumLearningRate: Double { get }
  var warmupSteps: Int { get }
  /// Threads that make batches, and batches that are made ahead.
  var workers: Int { get set }
  var prefetchBatches: Int { get set }
  /// The learning rate of every step.
  var schedule: CosineSchedule { get }
}

extension TeachingSettings {
  package var schedule: CosineSchedule {
    CosineSchedule(
      base: learningRate, final: minimumLearningRate, warmupStart: 0, warmupSteps: warmupSteps, totalSteps: steps)
  }
}
