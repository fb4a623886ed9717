/// How long a run is and what happens along the way: section `schedule`.
package struct ScheduleSettings: Equatable, Sendable {
  /// Optimiser steps; exactly one of `steps` and `epochs` is set in a resolved session.
  package var steps: Int?
  /// Passes over the training data; 300 where neither is given.
  package var epochs: Double?
  /// Pictures of one forward and backward pass.
  package var batchSize = 64
  /// Passes whose gradients one optimiser step adds up.
  package var accumulation = 1
  /// Steps between checkpoints; 0: only when asked and at the end.
  package var checkpointEvery = 500
  /// Newest checkpoints of a run that are kept.
  package var keepCheckpoints = 2
  /// Checkpoints of multiples of so many steps are kept as well; nil: none for that.
  package var keepEvery: Int?
  /// The checkpoint that this evaluation gave the best score, or of the least `loss`, is kept as well; nil: none for
  /// that.
  package var keepBest: String?
  /// Steps between the evaluations of `evals.during`; 0: none on the way.
  package var evalEvery = 0
  /// The same in passes over the training data, where `evalEvery` is 0; nil: none on the way.
  package var evalEpochs: Double?

  package init() {}

  /// Pictures that one optimiser step sees.
  package var effectiveBatch: Int { batchSize * accumulation }

  /// Whole optimiser steps in a pass over `datasetSize` pictures, at least 1: 625 for ImageNet-1K at 2048, as
  /// published.
  package func stepsPerEpoch(datasetSize: Int) -> Int { max(1, datasetSize / max(1, effectiveBatch)) }

  /// Optimiser steps of the whole run, at least 1.
  package func totalSteps(datasetSize: Int) -> Int {
    steps ?? inSteps(epochs ?? ScheduleSettings.usualEpochs, datasetSize: datasetSize)
  }

  /// Steps during which the learning rate rises.
  package func warmupSteps(_ optimizer: OptimizerSettings, datasetSize: Int) -> Int {
    let total = totalSteps(datasetSize: datasetSize)
    if let steps = optimizer.warmupSteps { return min(steps, total) }
    if let epochs = optimizer.warmupEpochs {
      return epochs == 0 ? 0 : min(total, inSteps(epochs, datasetSize: datasetSize))
    }
    return total / 30
  }

  /// Optimiser steps between the evaluations on the way; 0: there are none.
  package func evaluationSteps(datasetSize: Int) -> Int {
    evalEvery > 0 ? evalEvery : evalEpochs.map { inSteps($0, datasetSize: datasetSize) } ?? 0
  }

  /// The length of a run that says none, in epochs.
  static let usualEpochs = 300.0
  static let mostSteps = 1_000_000_000

  private func inSteps(_ epochs: Double, datasetSize: Int) -> Int {
    let steps = (epochs * Double(stepsPerEpoch(datasetSize: datasetSize))).rounded()
    return max(1, Int(min(steps, Double(ScheduleSettings.mostSteps))))
  }
}

extension ScheduleSettings: SessionSection {
  static var settings: [Setting<Self>] {
    [
      Setting("steps", ifGiven: \.steps, .optional("auto", .steps(from: 1))),
      Setting("epochs", ifGiven: \.epochs, .optional("auto", .number(.over(0, upTo: 1_000_000)))),
      Setting("batch_size", \.batchSize, .integer(1...1_048_576)),
      Setting("accumulation", \.accumulation, .integer(1...65_536)),
      Setting("checkpoint_every", \.checkpointEvery, .steps(from: 0)),
      Setting("keep_checkpoints", \.keepCheckpoints, .integer(1...1_000_000)),
      Setting("keep_every", ifGiven: \.keepEvery, .optional("none", .steps(from: 1))),
      Setting("keep_best", ifGiven: \.keepBest, .optional("none", .text("the name of an evaluation, loss or none"))),
      Setting("eval_every", \.evalEvery, .steps(from: 0)),
      Setting("eval_epochs", ifGiven: \.evalEpochs, .optional("none", .number(.over(0, upTo: 1_000_000)))),
    ]
  }
}
