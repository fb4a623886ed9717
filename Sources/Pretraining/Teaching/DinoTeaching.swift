import Datasets
import Foundation
import Measures
import Models
import Recipe
import Tasks
import Tensors

/// Settings of ``DinoTeaching``. The defaults make the teacher that ships with the project.
package struct DinoTeachingSettings: TeachingSettings {
  /// What the training is for: a teacher, or a student as other methods of pre-training have one.
  package var kind = TaskKind.teachDino
  package var seed: UInt64 = 0
  package var steps = 2000
  package var batchSize = 64
  package var learningRate = 1e-3
  package var minimumLearningRate = 1e-5
  package var warmupSteps = 100
  /// Of every step; nil: by the four above.
  package var rates: CosineSchedule?
  /// Factor on the rate of every step.
  package var learningRateScale = 1.0
  package var weightDecay: Float = 0.04
  package var beta1: Float = 0.9
  package var beta2: Float = 0.999
  package var epsilon: Float = 1e-8
  package var gradientClip: Float = 3
  package var imageSize: PlaneSize = 64
  package var patchSize = 8
  package var width = 96
  package var depth = 4
  package var heads = 3
  /// What is trained; nil: a plain ViT of the sizes above.
  package var student: VisionTransformerConfiguration?
  /// Of its pixels; nil: ``PixelNormalization/usual(channels:)``.
  package var normalization: PixelNormalization?
  /// Local crops: how many, and their size in pixels.
  package var localCrops = 2
  package var localSize: PlaneSize = 32
  package var globalScale: ClosedRange<Float> = 0.5...1
  package var localScale: ClosedRange<Float> = 0.15...0.4
  package var prototypes = 256
  package var headHidden = 256
  package var headBottleneck = 64
  package var centering = DinoCentering.sinkhorn
  package var studentTemperature: Float = 0.1
  /// Of the teacher: at the start, and after `temperatureWarmupSteps`. With ``DinoCentering/sinkhorn`` in standard
  /// deviations of the logits, with ``DinoCentering/mean`` in cosines, where facebookresearch/dino has 0.04 and 0.07.
  package var startTemperature: Float = 0.3
  package var teacherTemperature: Float = 0.4
  package var temperatureWarmupSteps = 200
  /// Of the running mean of logits.
  package var centerMomentum: Float = 0.9
  /// Of the teacher's weights at the start; rises to 1 along a cosine.
  package var momentum = 0.99
  /// Steps in which the prototypes stay as they are.
  package var frozenPrototypeSteps = 100
  package var ratio: ClosedRange<Float> = 0.75...(4.0 / 3)
  package var flip: Float = 0.5
  package var colours = ColorJitter(brightness: 0.2, contrast: 0.2, saturation: 0.1)
  /// Threads that make batches, and batches that are made ahead, of each source.
  package var workers = 1
  package var prefetchBatches = 4

  package init() {}

  /// Hidden width and bottleneck of the head: those of facebookresearch/dino for a student of width 768, and smaller in
  /// proportion.
  package static func usualHead(width: Int) -> (hidden: Int, bottleneck: Int) {
    (min(2048, max(1, width * 8 / 3)), min(256, max(1, width * 2 / 3)))
  }

  /// facebookresearch/dino's .996; where a twentieth of the run is less than what that looks back, by that.
  package static func usualMomentum(steps: Int) -> Double { min(0.996, 1 - min(1, 20 / Double(max(steps, 1)))) }

  /// The learning rate of every step.
  package var schedule: CosineSchedule {
    rates
      ?? CosineSchedule(
        base: learningRate, final: minimumLearningRate, warmupStart: 0, warmupSteps: warmupSteps, totalSteps: steps)
  }

  /// Of student and teacher.
  package var configuration: VisionTransformerConfiguration {
    if let student { return student }
    var configuration = VisionTransformerConfiguration.vit(
      imageSize: imageSize, patchSize: patchSize, width: width, depth: depth, heads: heads)
    configuration.initialValues = .width
    return configuration
  }
}

/// Self-distillation without labels (Caron et al. 2021, facebookresearch/dino `main_dino.py`): a student sees two large
/// crops and some small ones, a teacher that is its slow average sees the large ones, and every crop's assignment to
/// prototypes must match the teacher's of another crop. Half of the crops may be of a second source that shows the same
/// things in other pictures: where crops of one picture have its light and background in common, a small model learns
/// these first.
package final class DinoTeaching {
  package let settings: DinoTeachingSettings
  package let source: any PictureSource
  package let normalization: PixelNormalization
  /// The slow average, which is what is kept.
  package let teacher: VisionTransformer
  package internal(set) var completedSteps = 0
  /// Batches left out after rejected steps.
  var skippedBatches = 0
  let awaitsPictures = WaitFlag()
  private let student: VisionTransformer
  private let studentHead: DinoHead
  private let teacherHead: DinoHead
  /// Of the first source and of the second: each makes a large crop and its share of the small ones.
  private let loaders: [BatchLoader]
  private let schedule: CosineSchedule
  private let momentum: CosineSchedule
  var optimizer: TeachingOptimizer
  let device: any ComputeDevice
  /// Running mean of the teacher's logits, [prototypes].
  private let center: Tensor

  /// - Parameter elsewhere: pictures of the same things at the same places as in `source`; nil takes all crops from
  ///   `source`.
  /// - Throws: ``TeachingError/localSize(local:global:patch:)``.
  package init(
    settings: DinoTeachingSettings = DinoTeachingSettings(), source: any PictureSource,
    elsewhere: (any PictureSource)? = nil, device: any ComputeDevice
  ) throws {
    let configuration = settings.configuration
    let (size, patch) = (configuration.imageSize, configuration.patchSize)
    let local = settings.localSize
    guard local.shorter > 0, local.isMultiple(of: patch), local.height <= size.height, local.width <= size.width else {
      throw TeachingError.localSize(local: local, global: size, patch: patch)
    }
    self.settings = settings
    normalization = settings.normalization ?? .usual(channels: configuration.channels)
    self.source = source
    self.device = device
    student = VisionTransformer(configuration, device: device, seed: settings.seed)
    teacher = student.copy()
    teacher.freeze()
    func head() -> DinoHead {
      DinoHead(
        inputs: configuration.width, hidden: settings.headHidden, bottleneck: settings.headBottleneck,
        prototypes: settings.prototypes, device: device, seed: settings.seed)
    }
    studentHead = head()
    teacherHead = head()
    teacherHead.freeze()
    func crops(_ size: PlaneSize, _ scale: ClosedRange<Float>) -> Augmentation {
      Augmentation(
        size: size, framing: .randomCrop(scale: scale, ratio: settings.ratio), flip: settings.flip,
        jitter: settings.colours, jitterProbability: 0.8)
    }
    let locals = [settings.localCrops - settings.localCrops / 2, settings.localCrops / 2]
    loaders = zip([source, elsewhere ?? source], locals).enumerated().map { number, part in
      BatchLoader(
        source: part.0, batchSize: settings.batchSize, seed: settings.seed,
        augmentation: crops(size, settings.globalScale),
        views: (0..<part.1).map { _ in crops(settings.localSize, settings.localScale) },
        firstView: number * (1 + locals[0]), prefetch: settings.prefetchBatches, threads: settings.workers,
        isPatient: true)
    }
    schedule = settings.schedule
    momentum = CosineSchedule(base: settings.momentum, final: 1, totalSteps: settings.steps)
    optimizer = TeachingOptimizer(
      student.parameters(prefix: "student") + studentHead.parameters(prefix: "head"),
      weightDecay: settings.weightDecay, beta1: settings.beta1, beta2: settings.beta2, epsilon: settings.epsilon,
      clip: settings.gradientClip, recipe: "dino")
    optimizer.scale = settings.learningRateScale
    center = Tensor.zeros([settings.prototypes], device: device)
  }

  /// Frozen copy of the teacher, for evaluation while teaching goes on.
  package func snapshot() -> VisionTransformer { teacher.copy() }

  package static let metrics =
    usualMetrics
    + [
      .teacherSeconds, .relativeLoss, .assignmentEntropy, .prototypeUsage, .teacherTemperature, .teacherMomentum,
    ]

  package func step() throws -> TeachingMetrics { try step { _, _ in } }

  /// - Parameter observe: sees the step's crops, and the teacher's probabilities for the large ones, [2 * B * K].
  package func step(observe: (_ crops: DinoCrops, _ targets: [Float]) -> Void) throws -> TeachingMetrics {
    var watch = Stopwatch()
    var whole = Stopwatch()
    var values = MetricValues(of: Self.metrics)
    let made = try waiting { try loaders.map { try $0.batch(step: batchNumber) } }
    values[.dataSeconds] = watch.lap()
    let crops = crops(made.map { $0[0] } + made.flatMap { $0.dropFirst() })
    let before = center.array()
    let targets = targets(of: crops)
    values[.teacherSeconds] = watch.lap()
    observe(crops, targets)
    let loss = self.loss(of: crops, targets: targets)
    let value = Double(loss.scalar)
    values[.loss] = value
    let rate = schedule.value(at: completedSteps) * optimizer.scale
    let frozen = completedSteps < settings.frozenPrototypeSteps
    values[.forwardSeconds] = watch.lap()
    do {
      try optimizer.apply(loss, learningRate: rate, step: completedSteps + 1, values: &values) { name in
        frozen && name.hasSuffix(DinoHead.prototypesName)
      }
    } catch {
      center.write(before)
      throw error
    }
    updateTeacher()
    let health = AssignmentHealth(probabilities: targets, rows: 2 * crops.count)
    values[.relativeLoss] = value / log(Double(settings.prototypes))
    values[.assignmentEntropy] = health.entropy
    values[.prototypeUsage] = health.usage
    values[.teacherTemperature] = Double(temperature)
    values[.teacherMomentum] = momentum.value(at: completedSteps)
    completedSteps += 1
    values[.stepSeconds] = whole.lap()
    return TeachingMetrics(step: completedSteps, values: values, skipped: made.flatMap { $0[0].skipped })
  }

  /// What learns: the student's parameters and its head's.
  package var parameters: [NamedTensor] { optimizer.parameters }

  /// The teacher's parameters and its head's.
  package var teacherParameters: [NamedTensor] {
    teacher.parameters(prefix: "teacher") + teacherHead.parameters(prefix: "teacher_head")
  }

  /// The teacher's probabilities over prototypes for the large crops, [2 * B * K]. Moves the running mean of logits
  /// where the centering has one.
  package func targets(of crops: DinoCrops) -> [Float] {
    assignments(teacherHead(selectToken(teacher.features(crops.large, normalization: normalization), 0)))
  }

  /// Mean cross-entropy over all pairs of a teacher's crop and another crop of the student.
  package func loss(of crops: DinoCrops, targets: [Float]) -> Tensor {
    let (width, count) = (settings.prototypes, crops.count)
    let (first, second) = (Array(targets.prefix(count * width)), Array(targets.suffix(count * width)))
    let paths = dropPaths
    let logits = studentHead(
      selectToken(student.features(crops.large, normalization: normalization, dropPath: paths?.large), 0))
    let crossed = Tensor(second + first, shape: [2 * count, width], device: device)
    let large = softCrossEntropy(logits, targets: crossed, temperature: settings.studentTemperature)
    guard let small = crops.small else { return large }
    let localLogits = studentHead(
      selectToken(student.localFeatures(small, normalization: normalization, dropPath: paths?.small), 0))
    // Cross-entropy is linear in its target: two teachers' crops are as good as their mean.
    let mean = zip(first, second).map { ($0 + $1) / 2 }
    let repeated = Tensor(
      (0..<settings.localCrops).flatMap { _ in mean }, shape: [settings.localCrops * count, width], device: device)
    let local = softCrossEntropy(localLogits, targets: repeated, temperature: settings.studentTemperature)
    let locality = Float(settings.localCrops) / Float(settings.localCrops + 1)
    return add(scaled(large, by: 1 - locality), scaled(local, by: locality))
  }

  /// Decisions for the large crops of the next step's batch and for the small ones.
  private var dropPaths: (large: DropPath, small: DropPath)? {
    let rate = student.configuration.dropPath
    guard rate > 0 else { return nil }
    let large = DropPath(rate: rate, seed: settings.seed, stream: UInt64(batchNumber))
    return (large, large.other(1))
  }

  /// Views one below the other: two of large crops, then small ones.
  private func crops(_ views: [Batch]) -> DinoCrops {
    func tensor(_ views: ArraySlice<Batch>, size: PlaneSize) -> Tensor {
      Tensor(
        views.flatMap(\.pixels), shape: [views.count * settings.batchSize, source.channels, size.height, size.width],
        device: device)
    }
    let (large, small) = (views.prefix(2), views.dropFirst(2))
    return DinoCrops(
      large: tensor(large, size: settings.configuration.imageSize),
      small: small.isEmpty ? nil : tensor(small, size: settings.localSize))
  }

  private var temperature: Float {
    let progress = Float(completedSteps) / Float(max(settings.temperatureWarmupSteps, 1))
    return settings.startTemperature
      + (settings.teacherTemperature - settings.startTemperature) * min(progress, 1)
  }

  /// The teacher's probabilities over prototypes, centred and sharpened.
  private func assignments(_ logits: Tensor) -> [Float] {
    switch settings.centering {
    case .sinkhorn:
      return sinkhornAssignment(logits.array(), rows: logits.shape[0], temperature: temperature)
    case .mean:
      let probabilities = softmaxRows(
        logits, temperature: temperature, center: center
      ).array()
      let means = columnMeans(logits)
      center.write(
        zip(center.array(), means).map { settings.centerMomentum * $0 + (1 - settings.centerMomentum) * $1 })
      return probabilities
    }
  }

  private func updateTeacher() {
    let momentum = Float(momentum.value(at: completedSteps))
    let pairs =
      zip(teacher.parameters(), student.parameters()).map { ($0, $1) }
      + zip(teacherHead.parameters(), studentHead.parameters()).map { ($0, $1) }
    for (slow, fast) in pairs {
      exponentialMovingAverage(slow.tensor, toward: fast.tensor, momentum: momentum)
    }
  }

  /// Writes the teacher and how it was made, in half precision.
  /// - Parameter scores: by name, on held-out data.
  package func save(to url: URL, scores: [String: Double]) throws {
    try save(to: url, scores: scores, dtype: .float16)
  }

  func save(to url: URL, scores: [String: Double], dtype: StorageType) throws {
    let card = ModelCard(
      family: .dino, vision: teacher.configuration, normalization: normalization, seed: settings.seed,
      recipe: [
        "name": "dino", "data": source.name, "steps": "\(completedSteps)", "batch": "\(settings.batchSize)",
        "learning_rate": "\(schedule.base)", "weight_decay": "\(settings.weightDecay)",
        "warmup_steps": "\(schedule.warmupSteps)", "prototypes": "\(settings.prototypes)",
        "centering": settings.centering.rawValue, "local_crops": "\(settings.localCrops)",
        "teacher_temperature": "\(settings.teacherTemperature)", "momentum": "\(settings.momentum)",
      ], scores: scores)
    try saveVision(teacher, card: card, dtype: dtype, to: url)
  }
}

extension DinoTeaching: NetworkTeaching {
  var kind: TaskKind { settings.kind }
  var seed: UInt64 { settings.seed }
  var batchSize: Int { settings.batchSize }
  var warmupSteps: Int { schedule.warmupSteps }
  var model: VisionTransformer { teacher }
  var parameterCount: Int { student.parameterCount + studentHead.parameterCount }
  var arrays: [NamedTensor] {
    parameters + teacherParameters + [NamedTensor(name: "center", tensor: center)]
  }

  func subject() -> TaskSubject { TaskSubject(model: snapshot(), normalization: normalization) }

  var untrained: (() -> VisionTransformer)? {
    guard settings.kind == .pretrain else { return nil }
    return { [self] in VisionTransformer(teacher.configuration, device: device, seed: settings.seed) }
  }
}
