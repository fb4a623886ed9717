import Datasets
import Evaluation
import RunEvents
import Sessions
import Tasks

extension RunAssembly {
  func description(
    run: String, task: any TrainingTask, source: any PictureSource, labelled: LabelledData, totalSteps: Int
  ) -> RunDescription {
    let about = task.about
    let mixtures = (task.targets?.targetNames ?? []).filter { name in !about.targets.contains { $0.name == name } }
    let knowsTexts = about.knowsTexts || settings.followsTargets
    let evaluations =
      (settings.evals.data.kind == .none
        ? []
        : EvaluationKinds.descriptions(
          knowsTexts: knowsTexts, classifies: about.classifies, hasMaps: labelled.usual?.test is any MappedPictures))
      + EvaluationKinds.descriptions(
        on: labelled.sets.map(\.name), asked: settings.evals.during + settings.evals.atEnd, knowsTexts: knowsTexts)
    return RunDescription(
      session: session.name, run: run, task: about.kind.rawValue, seed: settings.seed, totalSteps: totalSteps,
      startStep: task.completedSteps, batchSize: settings.schedule.batchSize,
      accumulation: settings.schedule.accumulation, datasetSize: source.count, dataset: source.name,
      student: ModelDescription(about.model), guidances: about.targets.map(GuidanceDescription.init),
      guidance: task.targets?.currentTarget ?? "", grid: [about.grid.rows, about.grid.columns],
      maskedPatches: about.maskedPatches, device: device.description,
      evals: evaluations.map(\.kind),
      previewCount: task.pictures?.previewCount ?? 0,
      leftOut: source.leftOut.isEmpty ? nil : source.leftOut.count,
      leftOutReasons: source.leftOut.isEmpty ? nil : source.leftOut.words, evalData: labelled.usual?.described(),
      peakRate: peakRate(datasetSize: source.count, totalSteps: totalSteps), metrics: about.metrics,
      configuration: settings.configuration, evaluations: evaluations,
      mixtures: mixtures.isEmpty ? nil : mixtures)
  }
}

extension RunAssembly {
  /// Greatest learning rate of the run as it begins.
  private func peakRate(datasetSize: Int, totalSteps: Int) -> Double {
    settings.task == .pretrain
      ? EffectiveRate(settings, steps: totalSteps).peak
      : learningRates(datasetSize: datasetSize, totalSteps: totalSteps).base
  }
}

extension ModelDescription {
  init(_ model: TaskDescription.Model) { self.init(summary: model.summary, parameters: model.parameters) }
}

extension GuidanceDescription {
  init(_ target: TaskDescription.Target) {
    self.init(
      name: target.name, teacher: ModelDescription(target.model), featureWidth: target.featureWidth,
      codes: target.codes)
  }
}
