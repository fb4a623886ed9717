import Datasets
import Evaluation
import Foundation
import Models
import Pretraining
import Recipe
import RunEvents
import Sessions
import Tasks
import Tensors

/// Turns a session's words into the parts of a run: pictures, teachers, student, trainer.
struct RunAssembly {
  var session: Session
  let device: any ComputeDevice
  /// Looking for classes reads every map, so this is done once for what is learned from, scored on and shown.
  let mapped = Once<EvaluationData?>()
  /// The processes that train the run; nil: this one alone.
  var ranks: RankMeeting?

  var settings: SessionFile { session.settings }

  /// What the session trains.
  /// - Parameter checkpoint: of the run that goes on, whose state is loaded afterwards; nil: a new run.
  func task(
    source: any PictureSource, totalSteps: Int, from checkpoint: URL? = nil
  ) throws -> any TrainingTask {
    switch settings.task {
    case .pretrain where !settings.followsTargets:
      try TeachingTask(
        DinoTeaching(
          settings: dinoSettings(datasetSize: source.count, totalSteps: totalSteps), source: source, device: device))
    case .pretrain: try trainer(source: source, totalSteps: totalSteps, isNew: checkpoint == nil)
    case .teachClip:
      try TeachingTask(
        ClipTeaching(settings: told(ClipTeachingSettings(), steps: totalSteps), source: source, device: device))
    case .teachDino:
      try TeachingTask(
        DinoTeaching(
          settings: told(DinoTeachingSettings(), steps: totalSteps), source: source, elsewhere: sceneryElsewhere,
          device: device))
    case .teachDvae:
      try TeachingTask(
        DvaeTeaching(settings: told(DvaeTeachingSettings(), steps: totalSteps), source: source, device: device))
    case .teachVQKD:
      try vqkdTeaching(source: source, steps: totalSteps)
    case .teachPeCo:
      try pecoTeaching(source: source, steps: totalSteps)
    case .finetune: try fineTuning(source: source, totalSteps: totalSteps, from: checkpoint)
    case .segment: try segmenting(source: source, totalSteps: totalSteps, from: checkpoint)
    }
  }

  /// - Parameter isNew: whether the student begins with the weights that the session names.
  func trainer(source: any PictureSource, totalSteps: Int, isNew: Bool) throws -> Trainer {
    let student = settings.student
    let loader = BatchLoader(
      source: source, batchSize: try microBatches.batch, seed: settings.seed,
      augmentation: augmentation(size: student.imageSize),
      crops: settings.data.augmentation.crops, prefetch: settings.data.prefetchBatches,
      stride: ranks?.group.count ?? 1, threads: settings.data.workers, isPatient: true)
    let trainer = try trainer(
      loader: loader,
      previews: PreviewSet(
        source: source, count: min(settings.preview.count, source.count), size: student.imageSize,
        shownChannels: settings.shownChannels),
      totalSteps: totalSteps, accumulation: microBatches.accumulation)
    if isNew { try beginStudent(of: trainer) }
    return trainer
  }

  /// - Parameter accumulation: micro-batches of a step; nil: as the session says.
  func trainer(
    loader: any BatchSource, previews: PreviewSet?, totalSteps: Int, accumulation: Int? = nil
  ) throws -> Trainer {
    var recipe = trainerSettings(datasetSize: loader.pictureCount, totalSteps: totalSteps)
    recipe.accumulation = accumulation ?? recipe.accumulation
    return try Trainer(
      settings: recipe,
      method: method, student: studentConfiguration,
      guidances: try settings.guidance.teachers.map { try guidance($0, totalSteps: totalSteps) },
      masks: try masks(), loader: loader, previews: previews, device: device)
  }

  func masks() throws -> MaskGenerator {
    let student = settings.student
    return try MaskGenerator(
      kind: settings.mask.kind, rows: student.grid.height, columns: student.grid.width,
      masked: settings.mask.maskedCount(of: student.patches),
      minimumBlock: settings.mask.minimumBlock(of: student.patches),
      minimumAspect: Float(settings.mask.minimumAspect))
  }

  func augmentation(size: PlaneSize) -> Augmentation {
    let wanted = settings.data.augmentation
    return Augmentation(
      size: size,
      framing: .randomCrop(
        scale: Float(wanted.scale.lowerBound)...Float(wanted.scale.upperBound),
        ratio: Float(wanted.ratio.lowerBound)...Float(wanted.ratio.upperBound)), flip: Float(wanted.flip),
      jitter: ColorJitter(
        brightness: Float(wanted.jitter[0]), contrast: Float(wanted.jitter[1]), saturation: Float(wanted.jitter[2])))
  }

  /// Pictures with the session's number of channels.
  func trainingSource() throws -> any PictureSource {
    let source = try foundPictures().with(channels: settings.data.channels)
    guard source.channels == settings.data.channels else {
      throw BackendError(
        "\(source.name) has pictures of \(source.channels) channel\(source.channels == 1 ? "" : "s") alone, but data.channels is "
          + "\(settings.data.channels): choose \(source.channels).")
    }
    return source
  }

  private func foundPictures() throws -> any PictureSource {
    if settings.task.isTuning {
      guard let data = try evaluationSources() else { throw BackendError.noLabelledData(session.name) }
      return drawn(data.train)
    }
    switch settings.data.kind {
    case .scenes:
      return ScenesSource(seed: settings.data.seed, range: settings.data.range, size: settings.data.imageSize)
    case .folder:
      guard let path = settings.data.path else {
        throw BackendError(
          "session \(session.name): data.kind is folder but data.path is not given; add `path: FOLDER`.")
      }
      return try openedPictures(at: URL(fileURLWithPath: path, isDirectory: true))
    }
  }

  /// So many pictures to learn from as `data.pictures` says.
  private func drawn(_ source: any PictureSource) -> any PictureSource {
    guard let most = settings.data.pictures, most < source.count else { return source }
    return drawnPictures(of: source, most: most, seed: settings.seed)
  }

  /// Labelled pictures to learn from and to be scored on; nil where the session has none.
  func evaluationSources() throws -> EvaluationData? {
    try (settings.task == .segment ? mappedSources() : labelledPictures(settings.evals.data))?
      .with(channels: settings.data.channels)
  }

  /// - Parameter set: the name of one of the session's sets.
  func evaluationSources(of set: String) throws -> EvaluationData {
    let sets = settings.evals.sets
    guard let found = sets.first(where: { $0.name == set }), let data = try labelledPictures(found.data) else {
      throw BackendError.noSet(set, known: sets.map(\.name))
    }
    return data.with(channels: settings.data.channels)
  }

  private func labelledPictures(_ data: EvalDataSettings) throws -> EvaluationData? {
    switch data.kind {
    case .none: return nil
    case .scenes:
      let size = settings.data.imageSize
      return EvaluationData(
        train: ScenesSource(seed: data.seed, range: data.trainRange, size: size),
        test: ScenesSource(
          seed: data.seed, range: data.testRange, size: size, hasHabits: data.testLooks == .usual),
        split: "by the numbers of drawn scenes")
    case .folder:
      if let path = data.path { return try EvaluationData(folder: URL(fileURLWithPath: path, isDirectory: true)) }
      guard let train = data.trainPath, let test = data.testPath else { return nil }
      return try EvaluationData(
        train: URL(fileURLWithPath: train, isDirectory: true), test: URL(fileURLWithPath: test, isDirectory: true))
    }
  }

  /// - Parameter totalSteps: of the run, which the pace of an average of the student follows.
  func guidance(_ teacher: TeacherSettings, totalSteps: Int) throws -> any Guidance {
    if let tokenizer = try tokenizer(teacher.weights) {
      guard settings.data.channels == 3 else { throw BackendError.tokenizerOfColours(teacher, settings.data.channels) }
      let guidance = CodeGuidance(name: teacher.name, tokenizer: tokenizer, grid: settings.student.grid)
      return settings.engine.teacherCache ? try cached(guidance) : guidance
    }
    let vision: LoadedVision
    switch teacher.weights {
    case .shipped(let name):
      vision = try shippedTeacher(
        name, device: device, tower: teacher.tower, grid: settings.student.grid, imageSize: teacher.imageSize)
    case .path(let path):
      vision = try loadVision(
        from: URL(fileURLWithPath: path), device: device, tower: teacher.tower, grid: settings.student.grid,
        imageSize: teacher.imageSize)
    case .computed(let kind):
      return ComputedGuidance(
        name: teacher.name, target: kind.target(normalization: normalization), grid: settings.student.grid,
        patch: settings.student.patchSize, shownChannels: settings.shownChannels)
    case .average:
      return AverageGuidance(
        name: teacher.name, of: studentConfiguration, seed: settings.seed, normalization: normalization,
        totalSteps: totalSteps, device: device)
    case .random(let seed):
      vision = randomTeacher(studentConfiguration, normalization: normalization, seed: seed, device: device)
    }
    let guidance = TeacherGuidance(
      name: teacher.name, vision: vision, project: teacher.project,
      channels: try channels(for: vision.model.configuration, of: teacher))
    return settings.engine.teacherCache ? try cached(guidance) : guidance
  }

  /// Which channels of the session's pictures a teacher sees; nil: all, as it has as many.
  /// - Throws: ``BackendError`` where nobody has said it.
  private func channels(
    for model: VisionTransformerConfiguration, of teacher: TeacherSettings
  ) throws -> [Int]? {
    guard model.channels != settings.data.channels else { return nil }
    guard model.channels == 3 else {
      throw BackendError.teacherOfOthers(teacher, model.channels, settings.data.channels)
    }
    guard let seen = settings.teacherChannels else {
      throw BackendError.teacherOfColours(teacher, settings.data.channels)
    }
    return seen
  }

  /// nil where the weights are no tokenizer's.
  private func tokenizer(_ weights: TeacherSettings.Weights) throws -> (any PictureTokenizer)? {
    switch weights {
    case .shipped(let name): try ShippedTokenizer(rawValue: name)?.load(device: device, grid: settings.student.grid)
    case .path(let path):
      try loadTokenizer(from: URL(fileURLWithPath: path), device: device, grid: settings.student.grid)
    case .computed, .random, .average: nil
    }
  }

  /// `SESSIONS/NAME/teacher-cache/TEACHER-FINGERPRINT.features`
  private func cached(_ guidance: any KeepableGuidance) throws -> CachedGuidance {
    let fingerprint = guidance.fingerprint
    let file = session.directory.appendingPathComponent("teacher-cache", isDirectory: true)
      .appendingPathComponent("\(guidance.name)-\(String(fingerprint, radix: 16)).features")
    return CachedGuidance(
      guidance, cache: try FeatureCache(file: file, teacher: fingerprint, valuesPerCrop: guidance.valuesPerCrop))
  }
}
