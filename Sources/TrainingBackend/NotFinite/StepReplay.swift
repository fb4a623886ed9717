import Datasets
import Evaluation
import Foundation
import Models
import Pretraining
import Sessions
import Tasks
import Tensors

/// Makes a step that was not finite again, from the folder that the run kept: `mvp run --replay`.
package struct StepReplay: Sendable {
  package let folder: URL
  /// `KEY.PATH=VALUE`: values of the session to try it with.
  package var overrides: [String] = []

  package init(folder: URL) { self.folder = folder }

  package typealias Examination = StepExamination

  package struct Report: Codable, Equatable, Sendable {
    package var session: String
    package var run: String
    package var step: Int
    package var guidance: String
    package var folder: String
    /// What the run found: `loss` or `gradient norm`, its value, and the cause.
    package var quantity: String
    package var value: String
    package var cause: String
    package var pictures: Int
    package var examination: Examination

    package var isFinite: Bool { examination.isFinite }
  }

  /// Whether a folder holds a kept step.
  package static func isKept(in folder: URL) -> Bool {
    FileManager.default.fileExists(atPath: folder.appendingPathComponent(RejectedStep.fileName).path)
  }

  /// The newest kept step among the folders below one.
  package static func newest(below folder: URL) -> URL? {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    let steps = names.compactMap { name in
      Int(name).map { ($0, folder.appendingPathComponent(name, isDirectory: true)) }
    }
    return steps.filter { isKept(in: $0.1) }.max { $0.0 < $1.0 }?.1
  }

  /// - Throws: ``BackendError`` where the folder is damaged; what sessions, teachers and states throw.
  package func run() throws -> Report {
    let kept = try RejectedStep.read(from: folder)
    let position = try RunPosition.read(from: folder)
    let settings = try SessionFile(
      yaml: position.session, file: "the session in \(folder.path)", overrides: overrides,
      evaluations: EvaluationKinds.descriptions)
    let session = Session(name: kept.session, source: folder.path, settings: settings, directory: folder)
    let assembly = RunAssembly(session: session, device: try EngineOptions(settings).makeDevice())
    let inputs = try kept.inputs(in: folder)
    let channels = settings.data.channels
    guard inputs.allSatisfy({ $0.pixels.count == $0.count * channels * $0.size.area }) else {
      throw BackendError(
        "\(folder.path) has pictures of another size or of other channels than its session says: give a folder that a run kept of a "
          + "step that was not finite.")
    }
    let loader = KeptBatches(batchSize: kept.batchSize, pictureCount: kept.datasetSize)
    let trainer = try assembly.trainer(
      loader: loader, previews: nil,
      totalSteps: settings.schedule.totalSteps(datasetSize: kept.datasetSize))
    try trainer.load(from: folder)
    return Report(
      session: kept.session, run: kept.run, step: kept.step, guidance: kept.guidance, folder: folder.path,
      quantity: kept.quantity, value: kept.value, cause: kept.cause, pictures: inputs.reduce(0) { $0 + $1.count },
      examination: try trainer.examineStep(inputs))
  }
}

/// Stands where pictures come from in a run: a kept step has its own.
private final class KeptBatches: BatchSource {
  let batchSize: Int
  let pictureCount: Int
  let pictureSource: (any PictureSource)? = nil

  init(batchSize: Int, pictureCount: Int) {
    self.batchSize = batchSize
    self.pictureCount = pictureCount
  }

  func batch(step: Int) throws -> [Batch] {
    throw DatasetError("a step that was kept has no other pictures than its own.")
  }
}
