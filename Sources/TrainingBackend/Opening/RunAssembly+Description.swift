import Datasets
import Evaluation
import Models
import Pretraining
import RunEvents
import Sessions

extension RunAssembly {
  func description(
    run: String, trainer: Trainer, source: any PictureSource, evaluationData: EvaluationData?, totalSteps: Int
  ) -> RunDescription {
    let student = settings.student
    let evaluations = settings.evals.data.kind == .none ? [] : EvaluationKinds.descriptions
    return RunDescription(
      session: session.name, run: run, seed: settings.seed, totalSteps: totalSteps, startStep: trainer.completedSteps,
      batchSize: settings.schedule.batchSize, accumulation: settings.schedule.accumulation, datasetSize: source.count,
      dataset: source.name,
      student: ModelDescription(
        summary: summary(trainer.student.configuration), parameters: trainer.studentParameterCount),
      guidances: trainer.guidances.map(\.description), guidance: trainer.guidance, grid: [student.grid, student.grid],
      maskedPatches: trainer.masks.masked, device: trainer.device.description,
      evals: evaluations.map(\.kind), previewCount: trainer.previews?.count ?? 0,
      leftOut: source.leftOut.isEmpty ? nil : source.leftOut.count,
      leftOutReasons: source.leftOut.isEmpty ? nil : source.leftOut.words, evalData: evaluationData?.described(),
      metrics: Trainer.metrics, configuration: settings.configuration, evaluations: evaluations)
  }
}

extension Guidance {
  /// What a person should know of how the teacher's weights were understood, a sentence each.
  var loadingNotes: [String] {
    (uncached as? TeacherGuidance)?.vision.notes.map { "guidance.\(name): \($0)" } ?? []
  }

  var description: GuidanceDescription {
    guard let teacher = uncached as? TeacherGuidance else {
      return GuidanceDescription(
        name: name, teacher: ModelDescription(summary: name, parameters: 0), featureWidth: featureWidth)
    }
    let model = teacher.vision.model
    return GuidanceDescription(
      name: name,
      teacher: ModelDescription(
        summary: teacher.vision.report,
        parameters: model.parameters(prefix: "").reduce(0) { $0 + $1.tensor.count }),
      featureWidth: featureWidth)
  }
}

/// `ViT d128 L6 h4 p8 64px`
func summary(_ configuration: VisionTransformerConfiguration) -> String {
  "ViT d\(configuration.width) L\(configuration.depth) h\(configuration.heads) p\(configuration.patchSize) \(configuration.imageSize)px"
}
