import Datasets
import Foundation
import Models
import Pretraining
import Tensors

/// What `mvp bench` measures: one pre-training step of a given size, with the same `Trainer` that runs train with.
///
/// The student is a ViT with layer scale and learned positions; the teacher a frozen CLIP-like tower of the same size with random weights; pictures are noise, drawn
/// once, so that decoding does not count.
public struct StepBenchmark: Sendable {
  public var imageSize = 64
  public var patchSize = 8
  public var width = 128
  public var depth = 6
  public var heads = 4
  public var batch = 64
  /// Width of the teacher's projected features.
  public var outputs = 128
  public var steps = 10
  public var warmup = 2
  public var engine = EngineOptions()

  public init() {}

  /// The measured step; seconds are medians over the steps.
  public struct Result: Codable, Equatable, Sendable {
    public var image: Int
    public var patch: Int
    public var width: Int
    public var depth: Int
    public var heads: Int
    public var batch: Int
    public var threads: Int
    public var params: Int
    public var gflop: Double
    public var stepSeconds: Double
    public var stepMin: Double
    public var stepMax: Double
    public var imagesPerSecond: Double
    public var gflops: Double
    public var phases: [String: Double]
    public var peakMemoryMB: Double
    public var backend: String
    public var losses: [Double]

    enum CodingKeys: String, CodingKey {
      case image, patch, width, depth, heads, batch, threads, params, gflop, gflops, backend, losses
      case stepSeconds = "step_s"
      case stepMin = "step_min"
      case stepMax = "step_max"
      case imagesPerSecond = "images_per_s"
      case phases = "phases_s"
      case peakMemoryMB = "peak_rss_mb"
    }
  }

  /// - Parameter progress: called after every step with the number of steps done and of all.
  public func run(progress: (Int, Int) -> Void = { _, _ in }) throws -> Result {
    let device = try engine.makeDevice()
    let trainer = try makeTrainer(device: device)
    var seconds: [Double] = []
    var phases: [TrainerPhases] = []
    var losses: [Double] = []
    for step in 0..<warmup + steps {
      guard case .applied(let metrics) = try trainer.step() else {
        throw BackendError(
          "the benchmark's step \(step + 1) was not finite: this is a defect of the engine, please report it.")
      }
      losses.append(metrics.loss)
      if step >= warmup {
        seconds.append(metrics.seconds)
        phases.append(metrics.phases)
      }
      progress(step + 1, warmup + steps)
    }
    let typical = median(seconds)
    return Result(
      image: imageSize, patch: patchSize, width: width, depth: depth, heads: heads, batch: batch,
      threads: device.threads, params: trainer.studentParameterCount, gflop: gflop, stepSeconds: typical,
      stepMin: seconds.min() ?? 0, stepMax: seconds.max() ?? 0, imagesPerSecond: Double(batch) / typical,
      gflops: gflop / typical,
      phases: [
        "data": median(phases.map(\.data)), "teacher": median(phases.map(\.teacher)),
        "forward": median(phases.map(\.forward)), "backward": median(phases.map(\.backward)),
        "optimizer": median(phases.map(\.optimizer)),
      ],
      peakMemoryMB: peakMemoryMB(), backend: device.description, losses: losses)
  }

  /// Multiply-adds of the matrix products count twice; a backward pass is twice its forward, less the gradient of the pixels.
  public var gflop: Double {
    let patches = (imageSize / patchSize) * (imageSize / patchSize)
    let tokens = patches + 1
    let embedding = 2.0 * Double(batch * patches * 3 * patchSize * patchSize * width)
    let block = Double(24 * width * width + 4 * tokens * width)
    let forward = embedding + Double(batch * tokens) * (Double(depth) * block + Double(2 * width * outputs))
    return (4 * forward - embedding) / 1e9
  }

  private func makeTrainer(device: any ComputeDevice) throws -> Trainer {
    let grid = imageSize / patchSize
    var student = VisionTransformerConfiguration.vit(
      imageSize: imageSize, patchSize: patchSize, width: width, depth: depth, heads: heads)
    student.layerScale = 0.1
    student.maskToken = true
    let tower = VisionTransformerConfiguration.clip(
      imageSize: imageSize, patchSize: patchSize, width: width, depth: depth, heads: heads, projection: outputs)
    let teacher = LoadedVision(
      model: VisionTransformer(tower, device: device, seed: 1), family: .clip, report: "random CLIP-like tower",
      mean: Normalization.clip.mean, standardDeviation: Normalization.clip.standardDeviation)
    return try Trainer(
      settings: TrainerSettings(
        seed: 0, totalSteps: warmup + steps,
        learningRate: CosineSchedule(
          base: 1.5e-3, final: 1.5e-3, warmupStart: 1.5e-3, warmupSteps: 0, totalSteps: warmup + steps),
        gradientClip: 0, objective: Objective(tokens: .all)),
      student: student, guidances: [TeacherGuidance(name: "clip", vision: teacher, project: true)],
      masks: try MaskGenerator(
        kind: .random, rows: grid, columns: grid,
        masked: MaskGenerator.defaultMasked(rows: grid, columns: grid)),
      loader: BatchLoader(
        source: NoisePictures(size: imageSize, count: 2 * batch), batchSize: batch, seed: 0,
        augmentation: .evaluation(size: imageSize)),
      device: device)
  }
}

/// Noise, a function of the index.
private struct NoisePictures: PictureSource {
  let size: Int
  let count: Int
  let name = "noise"
  let classNames: [String] = []

  func picture(at index: Int) throws -> Picture {
    var generator = Philox(seed: 0, purpose: .other, stream: UInt64(index))
    var bytes: [UInt8] = []
    bytes.reserveCapacity(size * size * 3)
    while bytes.count < size * size * 3 {
      withUnsafeBytes(of: generator.next()) { bytes.append(contentsOf: $0) }
    }
    return Picture(width: size, height: size, rgb: Array(bytes.prefix(size * size * 3)))
  }

  func label(at index: Int) -> Int? { nil }
  func caption(at index: Int) -> String? { nil }
  func itemName(at index: Int) -> String { "noise \(index)" }
}

private func median(_ values: [Double]) -> Double {
  let sorted = values.sorted()
  guard !sorted.isEmpty else { return 0 }
  let middle = sorted.count / 2
  return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}

/// Most memory that this process has held so far, in MB.
private func peakMemoryMB() -> Double {
  var usage = rusage()
  getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
  return Double(usage.ru_maxrss) / 1024
}
