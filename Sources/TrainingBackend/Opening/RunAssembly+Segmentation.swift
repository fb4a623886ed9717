import Datasets
import Evaluation
import Finetuning
import Foundation
import Models
import Sessions
import Tensors

/// Segmentation, with what a session says of it.
extension RunAssembly {
  /// Pictures with maps to learn from and to be scored on.
  func mappedSources() throws -> EvaluationData? {
    try mapped { try foundMaps()?.with(channels: settings.data.channels) }
  }

  private func foundMaps() throws -> EvaluationData? {
    let data = settings.evals.data
    switch data.kind {
    case .none: return nil
    case .scenes:
      let size = settings.data.imageSize
      let train = ScenesSource(seed: data.seed, range: data.trainRange, size: size)
      return EvaluationData(
        train: train, test: ScenesSource(seed: data.seed, range: data.testRange, size: size),
        split: "by the numbers of drawn scenes", classNames: train.mapClasses)
    case .folder:
      if let path = data.path {
        return EvaluationData(try MappedFolders(in: URL(fileURLWithPath: path, isDirectory: true), mapNaming))
      }
      guard let train = data.trainPath, let test = data.testPath else { return nil }
      return EvaluationData(
        try MappedFolders(
          train: URL(fileURLWithPath: train, isDirectory: true), test: URL(fileURLWithPath: test, isDirectory: true),
          mapNaming))
    }
  }

  var mapNaming: MapNaming {
    let wanted = settings.segment
    return MapNaming(kind: wanted.maps, classes: wanted.classes, reducesZero: wanted.reduceZeroLabel)
  }

  /// - Parameter checkpoint: of the run that goes on: its model has the shape, and what it began with need no longer be
  ///   there.
  func segmenting(source: any PictureSource, totalSteps: Int, from checkpoint: URL?) throws -> Segmenting {
    guard let mapped = source as? any MappedPictures else { throw BackendError.noLabelledData(session.name) }
    let wanted = settings.segment
    let origin =
      try checkpoint.map { try FineTuningOrigin(goingOn: $0, device: device) }
      ?? weightsToTune(section: "segment", wanted.from, tower: wanted.tower, size: wanted.imageSize)
    let size = origin.model.configuration.imageSize
    let loader = BatchLoader(
      mapped: mapped, batchSize: settings.schedule.batchSize, seed: settings.seed,
      augmentation: MapAugmentation(
        size: size, scale: Float(wanted.scale.lowerBound)...Float(wanted.scale.upperBound),
        largestShare: Float(wanted.largestShare), flip: Float(settings.data.augmentation.flip),
        distortsColours: wanted.distortColours, padding: origin.normalization.mean),
      prefetch: settings.data.prefetchBatches, threads: settings.data.workers, isPatient: true)
    let shown = try mappedSources()?.test as? any MappedPictures
    return try Segmenting(
      settings: segmentingSettings(
        datasetSize: source.count, totalSteps: totalSteps, width: origin.model.configuration.width), origin: origin,
      loader: loader,
      classNames: mapped.mapClasses,
      previews: shown.map { MapPreviews(source: $0, count: settings.preview.count, size: size) }, device: device)
  }

  /// - Parameter width: of the model.
  func segmentingSettings(datasetSize: Int, totalSteps: Int, width: Int) -> SegmentingSettings {
    let (wanted, optimizer) = (settings.segment, settings.optimizer)
    var made = SegmentingSettings(
      seed: settings.seed, accumulation: settings.schedule.accumulation,
      learningRate: sessionSchedule(datasetSize: datasetSize, totalSteps: totalSteps))
    made.learningRateScale = optimizer.learningRateScale
    made.layerDecay = wanted.layerDecay
    made.weightDecay = Float(optimizer.weightDecay)
    (made.beta1, made.beta2) = (Float(optimizer.betas[0]), Float(optimizer.betas[1]))
    made.epsilon = Float(optimizer.epsilon)
    made.gradientClip = Float(optimizer.clipGradient ?? 0)
    made.head = SegmentationHeadShape(wanted.head, channels: wanted.channels, width: width)
    made.isFrozen = wanted.isFrozen
    made.dropPath = wanted.isFrozen ? 0 : Float(wanted.dropPath)
    made.recomputesActivations = settings.engine.recompute
    made.inference = wanted.inference
    made.stride = wanted.stride
    return made
  }
}
