import Measures
import Models
import Pretraining
import Tasks
import Tensors

/// Segmentation as a run knows it.
extension Segmenting: TrainingTask {
  package var about: TaskDescription {
    let configuration = model.backbone.configuration
    let (all, learned) = (model.parameterCount, parameters.reduce(0) { $0 + $1.tensor.count })
    var described = TaskDescription.Model(configuration, parameters: all)
    described.summary += ", \(model.shape.words), \(classNames.count) classes of pixels"
    if settings.isFrozen { described.summary += ", \(learned) learned" }
    return TaskDescription(
      kind: .segment, model: described,
      metrics: Self.metrics.filter { $0 != .auxiliaryLoss || model.shape.hasAuxiliary },
      grid: configuration.grid.rowsAndColumns, warmupSteps: settings.learningRate.warmupSteps,
      // Weights; of those that learn gradients and two moments too.
      plannedBytes: MemoryLayout<Float>.stride * (all + 3 * learned), origin: origin.words,
      notes: origin.notes)
  }

  package func skipBatch() { skippedBatches += 1 }

  package func subject() -> TaskSubject {
    let segmenter = segmenter()
    return TaskSubject(model: segmenter.model.backbone, normalization: normalization, segmenter: segmenter)
  }

  /// A frozen copy of model and head as they are now.
  package func segmenter() -> SegmenterSubject {
    let frozen = model.copy()
    frozen.freeze()
    return SegmenterSubject(
      model: frozen, classNames: classNames, inference: settings.inference, stride: settings.stride)
  }

  package func featureSpread() -> SpreadOfFeatures? {
    spread.measure(model.backbone, normalization: normalization, source: loader.pictureSource)
  }

  package var liveValues: (any LiveValues)? { self }
  package var pictures: (any PreviewSource)? { previews == nil ? nil : self }
}

extension Segmenting: LiveValues {
  package var liveKeys: Set<String> { ["optimizer.learning_rate_scale", "optimizer.clip_gradient"] }
  package var lossKeys: Set<String> { [] }

  package func apply(_ values: LiveRecipe) {
    settings.learningRateScale = values.learningRateScale
    settings.gradientClip = values.gradientClip
  }
}
