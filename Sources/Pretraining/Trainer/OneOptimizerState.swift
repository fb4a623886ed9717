import Foundation
import Models
import Tensors

/// The exact state of a task that has one optimiser, as a checkpoint keeps it: arrays, both moments, the step count.
package struct OneOptimizerState {
  /// Of the step count.
  private let key: String
  private let seed: UInt64
  private let arrays: [NamedTensor]
  private let optimizer: AdamW

  /// - Parameter arrays: all that the task does not make anew from its seed, each parameter of the optimiser among
  ///   them.
  package init(key: String, seed: UInt64, arrays: [NamedTensor], optimizer: AdamW) {
    self.key = key
    self.seed = seed
    self.arrays = arrays
    self.optimizer = optimizer
  }

  package func save(
    to folder: URL, completedSteps: Int, skippedBatches: Int, undecodable: Set<String>
  ) throws {
    let moments = optimizer.state().map {
      NamedTensor(name: Trainer.optimizerPrefix + $0.name, tensor: $0.tensor)
    }
    try writeSafetensors(
      arrays + moments, metadata: [:], dtype: .float32, to: folder.appendingPathComponent(Trainer.tensorsFile))
    try TrainerProgress(
      seed: seed, completedSteps: completedSteps, skippedBatches: skippedBatches, guidance: "",
      optimizerSteps: [key: optimizer.stepCount], undecodable: undecodable.sorted()
    ).write(to: folder)
  }

  /// Puts arrays and optimiser back, all of them or none.
  ///
  /// - Returns: the place in the data.
  /// - Throws: ``TrainerError`` where the state is damaged, or another seed's.
  package func load(from folder: URL) throws -> TrainerProgress {
    let progress = try Trainer.progress(in: folder)
    guard progress.seed == seed else {
      throw TrainerError.state("it was made with seed \(progress.seed), and this run has seed \(seed)")
    }
    let file = try SafetensorsFile(folder.appendingPathComponent(Trainer.tensorsFile))
    let names = Set(file.names)
    let values: (String) throws -> [Float]? = { names.contains($0) ? try file.floats($0) : nil }
    let loaded = try arrays.map { array in
      (array.tensor, try Trainer.require(array.name, count: array.tensor.count, values))
    }
    let steps = progress.optimizerSteps[key]
    let moments = try Trainer.moments(of: optimizer, key: key, steps: steps, values)
    try optimizer.load(state: moments, stepCount: steps ?? 0)
    for (tensor, values) in loaded { tensor.write(values) }
    return progress
  }
}
