import Foundation
import Models
import Tasks

/// Pre-training as a run knows it.
extension Trainer: TrainingTask {
  package var about: TaskDescription {
    let grid = student.configuration.grid
    return TaskDescription(
      kind: .pretrain,
      model: TaskDescription.Model(student.configuration, parameters: studentParameterCount),
      metrics: Trainer.metrics + ofCodes + byTeacher + ofFollowers + method.metrics
        + (sharing == nil ? [] : [.ranksSeconds]),
      targets: guidances.map(\.description),
      grid: grid.rowsAndColumns, maskedPatches: masks.masked, warmupSteps: settings.learningRate.warmupSteps,
      plannedBytes: plannedBytes, notes: beginningNotes + guidances.flatMap(\.loadingNotes))
  }

  package func takeNotices() -> [String] { guidances.flatMap { $0.takeNotices() } }

  package func load(from folder: URL) throws { try load(from: folder, guidance: nil) }

  package func saveModel(to folder: URL) throws {
    try saveVision(student, card: card, to: folder.appendingPathComponent(TaskFiles.model))
  }

  package func subject() -> TaskSubject {
    let student = snapshot()
    let predictions = StudentPredictions(student: student, method: method, settings: settings, masks: masks)
      .copied(guidances.compactMap { heads[$0.name] })
    return TaskSubject(model: student, normalization: settings.normalization, predictions: { predictions })
  }

  /// How widely the student's CLS features are spread.
  package func featureSpread() -> SpreadOfFeatures? {
    spread.measure(
      student, untrained: { [self] in VisionTransformer(student.configuration, device: device, seed: settings.seed) },
      normalization: settings.normalization, source: loader.pictureSource)
  }

  package var targets: (any SwitchableTargets)? { self }
  package var pictures: (any PreviewSource)? { self }
  package var liveValues: (any LiveValues)? { self }
  package var replay: (any StepReplaying)? { self }
}

extension Trainer: SwitchableTargets {
  package var targetNames: [String] { guidanceNames + mixtures }
  package var currentTarget: String { guidance }
  package var frozenTeachers: [FrozenTeacher] {
    guidances.compactMap(\.frozenTeacher)
  }

  package var frozenTokenizers: [FrozenTokenizer] { guidances.compactMap(\.frozenTokenizer) }

  package func select(_ name: String) throws { try switchGuidance(name) }

  package func load(from folder: URL, target: String?, fresh: Set<String>, formsAnew: Bool) throws {
    try load(from: folder, guidance: target, fresh: fresh, formsAnew: formsAnew)
  }
}

extension Trainer: PreviewSource {
  package var previewCount: Int { previews?.count ?? 0 }
  package var previewGrid: (rows: Int, columns: Int) { (masks.rows, masks.columns) }
  package var objectiveName: String {
    (headsInForce.first.map { settings.objective.following($0.guidance) } ?? settings.objective).kind.rawValue
  }

  package func previewName(_ index: Int) -> String? { previews?.name(at: index) }
}

extension Trainer: StepReplaying {
  package var pictureCount: Int { loader.pictureCount }
  package var microBatch: Int { loader.batchSize }
}

extension Guidance {
  /// What a person should know of how the teacher's weights were understood, a sentence each.
  var loadingNotes: [String] {
    network?.notes.map { "guidance.\(name): \($0)" } ?? []
  }

  var description: TaskDescription.Target {
    TaskDescription.Target(
      name: name, model: TaskDescription.Model(summary: summary, parameters: frozenParameterCount),
      featureWidth: featureWidth, codes: codes)
  }
}

extension TeacherGuidance {
  package var frozenTeacher: FrozenTeacher? {
    let model = vision.model.configuration
    let normalization = vision.normalization
    var facts = channels.map { ["channels": "\($0)"] } ?? [:]
    facts.merge(
      [
        "picture": "\(imageSize) px", "patch": "\(model.patchSize) px", "width": "\(model.width)",
        "blocks": "\(model.depth)", "heads": "\(model.heads)", "activation": "\(model.activation)",
        "eps": "\(model.layerNormEpsilon)", "positions": model.positions.rawValue, "projection": "\(project)",
        "mean": "\(normalization.mean)", "deviation": "\(normalization.standardDeviation)",
      ], uniquingKeysWith: { $1 })
    return FrozenTeacher(
      name: name, model: vision.model, normalization: normalization, isProjected: project, channels: channels,
      facts: facts)
  }
}
