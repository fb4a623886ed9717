import Foundation
import Models
import Pretraining
import Tasks
import Tensors

/// What a file of `mvp bench --export` gathers while the first steps are made.
struct StepExport {
  /// What the metadata call the file.
  let format: String
  let device: any ComputeDevice
  var tensors: [NamedTensor]
  private var losses: [Double] = []

  init(format: String, device: any ComputeDevice, tensors: [NamedTensor]) {
    self.format = format
    self.device = device
    self.tensors = tensors
  }

  mutating func add(_ name: String, _ values: [Float], _ shape: [Int]) {
    tensors.append(NamedTensor(name: name, tensor: Tensor(values, shape: shape, device: device)))
  }

  /// Which branches are skipped, [blocks, 2, B]: the factor on each branch (attention, MLP) of each picture; 1 where
  /// none is.
  mutating func add(_ name: String, _ dropPath: DropPath?, depth: Int, batch: Int) {
    let factors = dropPath?.keep(depth: depth, batch: batch).flatMap { $0.attention + $0.mlp }
    add(name, factors ?? [Float](repeating: 1, count: depth * 2 * batch), [depth, 2, batch])
  }

  /// Makes a step, whose loss the file has.
  mutating func step(_ task: some TrainingTask) throws {
    guard case .applied(let metrics) = try task.step() else {
      throw BackendError(
        "the benchmark's step \(losses.count + 1) was not finite: this is a defect of the engine, please report it.")
    }
    losses.append(metrics.loss)
  }

  /// Writes the tensors alone.
  func write(to file: URL) throws {
    try writeSafetensors(tensors, metadata: ["format": format], dtype: .float32, to: file)
  }

  /// - Parameter metadata: what the format has beside what all files have: name and sizes of the benchmark, number of
  ///   steps, the optimiser's values, the scale of each parameter's learning rate and its weight decay, the losses.
  func write(
    _ benchmark: StepBenchmark, optimizer: AdamW, learningRate: Double, normalization: PixelNormalization,
    metadata: [String: String] = [:], to file: URL
  ) throws {
    var scales: [String: [Float]] = [:]
    for group in optimizer.groups {
      for parameter in group.parameters { scales[parameter.name] = [group.learningRateScale, group.weightDecay] }
    }
    func json(_ value: some Encodable) throws -> String {
      String(decoding: try JSONEncoder().encode(value), as: UTF8.self)
    }
    let common = [
      "format": format, "config": benchmark.name, "size": try json(benchmark.size), "steps": "\(losses.count)",
      "mean": "\(normalization.mean)", "std": "\(normalization.standardDeviation)",
      "learning_rate": "\(learningRate)", "beta1": "\(optimizer.beta1)", "beta2": "\(optimizer.beta2)",
      "epsilon": "\(optimizer.epsilon)", "dtype": benchmark.engine.dtype.rawValue,
      "scale_and_decay": try json(scales), "losses": try json(losses),
    ]
    try writeSafetensors(
      tensors, metadata: common.merging(metadata) { first, _ in first }, dtype: .float32, to: file)
  }
}
