import Foundation
import Measures
import Models
import Pretraining
import Ranks
import Recipe
import Tasks
import Tensors

/// What `mvp bench` measures: steps of a given size, made by the same tasks that runs train with, on pictures that
/// lie in memory.
///
/// Pre-training: the student has layer scale, learned positions and mask tokens; a frozen CLIP-like tower of its size
/// guides it; the loss is the negative cosine of every token; AdamW as in the ImageNet presets, without clipping. Other
/// methods have their own parts in these places. Fine-tuning: the same student by BEiT's recipe, to
/// ``fineTuningClasses`` classes. Segmentation: a head on a BEiT-like model, to ``segmentationClasses`` classes of
/// pixels.
package struct StepBenchmark: Sendable {
  package var task = BenchmarkTask.pretrain
  /// Of pre-training.
  package var method = MethodKind.mvp
  /// `tiny-32`, `small-64`, `base-224`, or another word for sizes that have no name.
  package var name: String
  package var size: BenchmarkSize
  package var steps = 10
  package var warmup = 2
  package var engine = EngineOptions()
  package var recompute = false
  package var lossTokensOnly = false
  /// A folder whose pictures are decoded and cropped beside the training, as BEiT does; nil: noise that lies in memory.
  package var pictures: URL?
  /// Tokens of the loss: all, as the figures are quoted, or CLS and masked ones.
  package var allTokens = true
  /// Of segmentation.
  package var head = SegmentationHeadShape.uperNet(channels: 64)
  /// Processes that make a step together: each has the size's batch.
  package var ranks = 1
  /// Whether the model under that head stays as it is.
  package var isFrozen = false

  package init(name: String, size: BenchmarkSize) {
    self.name = name
    self.size = size
  }

  /// The measured step; seconds are medians over the steps. A GPU's step is the mean of all, and its phases are what
  /// the host waited in them.
  package struct Result: Codable, Equatable, Sendable {
    package var task: BenchmarkTask
    /// Of pre-training.
    package var method: String?
    package var config: String
    package var size: BenchmarkSize
    /// What computed: `cpu`, `cuda:1`.
    package var device: String
    package var dtype: String
    package var threads: Int
    package var batch: Int
    package var tokens: Int
    /// Of segmentation: the head, its width where it has one, and how many classes it tells.
    package var head: String?
    package var channels: Int?
    package var classes: Int?
    /// Parameters of the model that learns, those of the head included.
    package var params: Int
    package var gflop: Double
    package var stepSeconds: Double
    package var stepMin: Double
    package var stepMax: Double
    package var imagesPerSecond: Double
    package var gflops: Double
    /// Of what the device's products reach in this number format, measured after the steps.
    package var percentOfPeak: Double
    package var peakGFLOPS: Double
    /// Of what is taken for a GPU's peak, as papers have it (MFU); nil where that is not known.
    package var percentOfNamedPeak: Double?
    package var namedPeakGFLOPS: Double?
    package var phases: [String: Double]
    package var peakMemoryMB: Double
    /// Most memory of the device that tensors took; the CPU's is that of the process.
    package var peakDeviceMB: Double
    /// By what holds it: teacher, weights, gradients, moments, activations.
    package var memoryMB: [String: Double]
    /// Blocks of memory that the engine asked of the system after the warm-up.
    package var allocationsAfterWarmup: Int
    /// Seconds from the start of the process until the first step begins.
    package var startToFirstStep: Double?
    /// Seconds of the first step, which also asks for all memory.
    package var firstStep: Double?
    package var coreType: String
    package var backend: String
    package var recompute: Bool
    package var lossTokensOnly: Bool
    package var losses: [Double]
    /// Of several processes: how many, and what this one waited for the others in a step.
    package var ranks: Int?
    package var waitSeconds: Double?
    /// What was found in the folder of pictures and left out, one text a reason.
    package var leftOutReasons: [String]

    enum CodingKeys: String, CodingKey {
      case task, method, config, size, device, dtype, threads, batch, tokens, head, channels, classes, params, gflop,
        gflops,
        backend
      case recompute, losses, ranks
      case waitSeconds = "wait_s"
      case stepSeconds = "step_s"
      case stepMin = "step_min"
      case stepMax = "step_max"
      case imagesPerSecond = "images_per_s"
      case percentOfPeak = "percent_of_peak"
      case peakGFLOPS = "peak_gflops"
      case percentOfNamedPeak = "mfu_percent"
      case namedPeakGFLOPS = "named_peak_gflops"
      case phases = "phases_s"
      case peakMemoryMB = "peak_rss_mb"
      case peakDeviceMB = "peak_tensors_mb"
      case memoryMB = "memory_mb"
      case allocationsAfterWarmup = "allocations_after_warmup"
      case startToFirstStep = "start_to_first_step_s"
      case firstStep = "first_step_s"
      case coreType = "core_type"
      case lossTokensOnly = "loss_tokens_only"
      case leftOutReasons = "left_out_reasons"
    }
  }

  /// - Parameters:
  ///   - sharing: how this process makes its share of every step; nil: all of it is made here.
  ///   - progress: called after every step with the number of steps done and of all.
  package func run(sharing: StepSharing? = nil, progress: (Int, Int) -> Void = { _, _ in }) throws -> Result {
    let device = try engine.makeDevice()
    let measuring = try measuredTask(device: device)
    if let sharing { try share(measuring.task, sharing) }
    var measured: [TrainerMetrics] = []
    var waits: [Double] = []
    var losses: [Double] = []
    let startToFirstStep = ProcessUsage.secondsSinceStart
    var firstStep: Double?
    var allocations = 0
    var begin = ContinuousClock.now
    for step in 0..<warmup + steps {
      guard case .applied(let metrics) = try measuring.task.step() else {
        throw BackendError(
          "the benchmark's step \(step + 1) was not finite: this is a defect of the engine, please report it.")
      }
      if step == 0 { firstStep = metrics.seconds }
      if step + 1 == warmup {
        try device.check()
        allocations = device.memoryUse.allocations
        begin = .now
      }
      losses.append(metrics.loss)
      if step >= warmup {
        measured.append(metrics)
        if let own = sharing?.ownWork { waits.append(own.waited) }
      }
      progress(step + 1, warmup + steps)
    }
    try device.check()
    let whole: Double = begin.duration(to: .now) / .seconds(1)
    allocations = device.memoryUse.allocations - allocations
    let phased = try timedByParts(measuring.task, on: device, sharing) ?? measured
    let memory = ProcessUsage.peakMemoryMB
    let parts = memoryParts(measuring, device)
    let peakDevice = megabytes(device.memoryUse.peakInUse)
    let peakGFLOPS = device.productPeak(for: engine.dtype)
    let namedPeak = device.namedPeak(for: engine.dtype)
    let seconds = measured.map(\.seconds)
    // A GPU works on while the next step begins: of it the steps together tell.
    let typical = device.isGPU ? whole / Double(steps) : median(seconds)
    let metrics: [String: Metric] = [
      "data": .dataSeconds, "teacher": .teacherSeconds, "forward": .forwardSeconds, "backward": .backwardSeconds,
      "optimizer": .optimizerSeconds,
    ]
    func phase(_ name: String) -> Double {
      median(phased.compactMap { step in metrics[name].flatMap { step.values[$0] } })
    }
    let gflop = gflop
    let shape = task == .segment ? head : nil
    return Result(
      task: task, method: task == .pretrain ? method.rawValue : nil, config: name, size: size,
      device: engine.device.word, dtype: engine.dtype.rawValue, threads: device.threads, batch: size.batch,
      tokens: size.tokens, head: shape?.kind.rawValue, channels: shape?.channels,
      classes: shape.map { _ in Self.segmentationClasses }, params: measuring.parameters, gflop: gflop,
      stepSeconds: typical, stepMin: seconds.min() ?? 0, stepMax: seconds.max() ?? 0,
      imagesPerSecond: Double(size.batch * ranks) / typical, gflops: gflop / typical,
      percentOfPeak: 100 * gflop / typical / peakGFLOPS, peakGFLOPS: peakGFLOPS,
      percentOfNamedPeak: namedPeak.map { 100 * gflop / typical / $0 }, namedPeakGFLOPS: namedPeak,
      phases: Dictionary(uniqueKeysWithValues: task.phases.map { ($0, phase($0)) }),
      peakMemoryMB: memory, peakDeviceMB: peakDevice, memoryMB: parts, allocationsAfterWarmup: allocations,
      startToFirstStep: startToFirstStep, firstStep: firstStep, coreType: OpenBLASReport.current.coreName,
      backend: device.description, recompute: recompute, lossTokensOnly: lossTokensOnly, losses: losses,
      ranks: sharing?.group.count, waitSeconds: sharing.map { _ in median(waits) }, leftOutReasons: measuring.leftOut)
  }

  private func share(_ task: any TrainingTask, _ sharing: StepSharing) throws {
    guard let trainer = task as? Trainer else {
      throw RankError("only a step of pre-training under targets is shared by ranks: measure this one without mpirun.")
    }
    try trainer.share(sharing)
  }

  /// Some further steps in which a GPU is waited for after each part, so that the part's time is its own; nil where the
  /// steps that were measured tell it.
  private func timedByParts(
    _ task: any TrainingTask, on device: any ComputeDevice, _ sharing: StepSharing?
  ) throws -> [TrainerMetrics]? {
    guard device.isGPU, sharing == nil, let device = device as? TorchDevice else { return nil }
    device.timesParts = true
    defer { device.timesParts = false }
    return try (0..<3).compactMap { _ in
      guard case .applied(let metrics) = try task.step() else { return nil }
      return metrics
    }
  }

  /// Work of the matrix products of one step in GFLOP.
  private var gflop: Double {
    switch task {
    case .pretrain: method.followsTargets ? size.gflop(of: work) : distillationGFLOP
    case .finetune: size.fineTuningGFLOP(classes: Self.fineTuningClasses)
    case .segment: segmentingGFLOP
    }
  }

  private func measuredTask(device: any ComputeDevice) throws -> MeasuredTask {
    switch task {
    case .pretrain where !method.followsTargets:
      let teaching = try distillation(device: device)
      let count = teaching.parameters.reduce(0) { $0 + $1.tensor.count }
      return MeasuredTask(
        task: TeachingTask(teaching), parameters: count, learned: count,
        teacher: teaching.teacherParameters.reduce(0) { $0 + $1.tensor.count }, leftOut: teaching.source.leftOut.words)
    case .pretrain:
      let trainer = try trainer(device: device)
      return MeasuredTask(
        task: trainer, parameters: trainer.trainedParameterCount, learned: trainer.trainedParameterCount,
        teacher: trainer.guidances.reduce(0) { $0 + $1.frozenParameterCount },
        leftOut: trainer.loader.pictureSource?.leftOut.words ?? [])
    case .finetune:
      let tuning = try fineTuning(device: device)
      let count = tuning.classifier.parameterCount
      return MeasuredTask(task: tuning, parameters: count, learned: count)
    case .segment:
      let segmenting = try segmenting(device: device)
      return MeasuredTask(
        task: segmenting, parameters: segmenting.model.parameterCount,
        learned: segmenting.optimizer.groups.reduce(0) { $0 + $1.parameters.reduce(0) { $0 + $1.tensor.count } })
    }
  }

  private func memoryParts(_ measuring: MeasuredTask, _ device: any ComputeDevice) -> [String: Double] {
    func ofFloats(_ count: Int) -> Double { megabytes(MemoryLayout<Float>.stride * count) }
    let parts = [
      "teacher": ofFloats(measuring.teacher), "weights": ofFloats(measuring.parameters),
      "gradients": ofFloats(measuring.learned), "moments": ofFloats(2 * measuring.learned),
    ]
    let all = megabytes(device.memoryUse.peakInUse)
    return parts.merging(["activations": max(0, all - parts.values.reduce(0, +))]) { first, _ in first }
  }
}

private func megabytes(_ bytes: Int) -> Double { Double(bytes) / 1_048_576 }

/// The middle one, or the mean of the two in the middle; 0 where there is none.
package func median(_ values: [Double]) -> Double {
  let sorted = values.sorted()
  guard !sorted.isEmpty else { return 0 }
  let middle = sorted.count / 2
  return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}
