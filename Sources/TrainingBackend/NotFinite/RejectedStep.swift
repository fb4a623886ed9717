import Foundation
import Models
import Recipe
import RunEvents
import Tasks

/// A step that was not finite, as it stands in its folder: `SESSIONS/NAME/not-finite/RUN/STEP/`.
///
/// Beside `step.json`, which this is, stand the files of a checkpoint (weights, heads and moments before the step, the
/// session), and `batch-N.safetensors` for each micro-batch: `pixels` [B, C, H, W], `mask` [B, M] of 0 and 1, and
/// `targets` where they are known.
struct RejectedStep: Codable {
  struct Part: Codable {
    /// Number in the run's stream of batches.
    var number: Int
    var size: PlaneSize
    /// Numbers and names of the pictures in their source.
    var indices: [Int]
    var names: [String]
    var file: String
    /// Which of several guidances in force the targets are of; nil: the first.
    var guidance: Int?
  }

  var version = 1
  var session: String
  var run: String
  /// 1-based number of the step that was tried.
  var step: Int
  var guidance: String
  /// `loss` or `gradient norm`, and what it was.
  var quantity: String
  var value: String
  var cause: String
  /// Pictures of the data and of a micro-batch, which decide epochs and rates.
  var datasetSize: Int
  var batchSize: Int
  var parts: [Part]

  enum CodingKeys: String, CodingKey {
    case version, session, run, step, guidance, quantity, value, cause
    case datasetSize = "dataset_size"
    case batchSize = "batch_size"
    case parts = "batches"
  }

  static let fileName = "step.json"

  init(_ rejection: StepRejection, of replay: any StepReplaying, session: String, run: String) {
    self.session = session
    self.run = run
    step = rejection.step
    guidance = rejection.guidance
    quantity = rejection.quantity.rawValue
    value = rejection.value.isNaN ? "nan" : "\(rejection.value)"
    cause = rejection.description
    datasetSize = replay.pictureCount
    batchSize = replay.microBatch
    parts = []
  }

  /// Writes the inputs of the step that the task has just rejected, one micro-batch at a time, and then itself.
  mutating func write(inputsOf replay: any StepReplaying, to folder: URL) throws {
    var parts: [Part] = []
    try replay.rejectedInputs { inputs in
      let file = "batch-\(parts.count).safetensors"
      var tensors: [(name: String, shape: [Int], values: [Float])] = [
        ("pixels", inputs.shape, inputs.pixels),
        ("mask", [inputs.count, inputs.mask.count / max(inputs.count, 1)], inputs.mask.map { $0 ? 1 : 0 }),
      ]
      if let targets = inputs.targets, let shape = inputs.targetShape { tensors.append(("targets", shape, targets)) }
      try writeSafetensors(tensors, dtype: .float32, to: folder.appendingPathComponent(file))
      parts.append(
        Part(
          number: inputs.number, size: inputs.size, indices: inputs.indices, names: inputs.names, file: file,
          guidance: inputs.guidance == 0 ? nil : inputs.guidance))
    }
    self.parts = parts
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
    try encoder.encode(self).write(to: folder.appendingPathComponent(Self.fileName))
  }

  static func read(from folder: URL) throws -> RejectedStep {
    let file = folder.appendingPathComponent(fileName)
    do {
      return try JSONDecoder().decode(RejectedStep.self, from: Data(contentsOf: file))
    } catch {
      throw BackendError(
        "\(file.path) is missing or damaged: give a folder that a run kept of a step that was not finite.")
    }
  }

  func inputs(in folder: URL) throws -> [StepInputs] {
    try parts.map { part in
      let file = try SafetensorsFile(folder.appendingPathComponent(part.file))
      let targets = file.names.contains("targets") ? try file.floats("targets") : nil
      return StepInputs(
        number: part.number, pixels: try file.floats("pixels"), size: part.size,
        mask: try file.floats("mask").map { $0 > 0.5 }, indices: part.indices, names: part.names,
        guidance: part.guidance ?? 0, targets: targets, targetShape: targets == nil ? nil : file.shape("targets"))
    }
  }
}
