import Foundation
import Models
import Tensors

/// What `mvp bench --task segment` measures: steps of UperNet on a BEiT-like model, on noise that lies in memory.
///
/// The model has layer scale and a table of relative positions in every block, as BEiT's recipe has it; losses are at
/// the pictures' size, the auxiliary one included; AdamW, without drop path.
package struct SegmentationBenchmark: Sendable {
  package static let classes = 150

  /// `tiny-32`, `small-64`, `base-224`, or another word for sizes that have no name.
  package var name: String
  package var size: BenchmarkSize
  /// Width of the head.
  package var channels = 64
  package var steps = 10
  package var warmup = 2
  package var engine = EngineOptions()
  package var recompute = false

  package init(name: String, size: BenchmarkSize) {
    self.name = name
    self.size = size
  }

  /// The measured step; seconds are medians over the steps.
  package struct Result: Codable, Equatable, Sendable {
    package var config: String
    package var task = "segment"
    package var size: BenchmarkSize
    package var channels: Int
    package var classes = SegmentationBenchmark.classes
    package var dtype: String
    package var threads: Int
    package var batch: Int
    package var tokens: Int
    package var params: Int
    package var gflop: Double
    package var stepSeconds: Double
    package var stepMin: Double
    package var stepMax: Double
    package var imagesPerSecond: Double
    package var gflops: Double
    /// Of what this machine's arithmetic reaches in this number format, measured after the steps.
    package var percentOfPeak: Double
    package var peakGFLOPS: Double
    package var phases: [String: Double]
    package var peakMemoryMB: Double
    /// Blocks of memory that the engine asked of the system after the warm-up.
    package var allocationsAfterWarmup: Int
    package var backend: String
    package var recompute: Bool
    package var losses: [Double]

    enum CodingKeys: String, CodingKey {
      case config, task, size, channels, classes, dtype, threads, batch, tokens, params, gflop, gflops, backend
      case recompute, losses
      case stepSeconds = "step_s"
      case stepMin = "step_min"
      case stepMax = "step_max"
      case imagesPerSecond = "images_per_s"
      case percentOfPeak = "percent_of_peak"
      case peakGFLOPS = "peak_gflops"
      case phases = "phases_s"
      case peakMemoryMB = "peak_rss_mb"
      case allocationsAfterWarmup = "allocations_after_warmup"
    }
  }

  private static let phases = ["forward", "loss", "backward", "optimizer"]

  /// What makes a step of these sizes impossible, as a sentence; nil when nothing does.
  package var problem: String? {
    if size.batch < 2 { return "--batch is \(size.batch): UperNet's batch norms need 2 pictures or more." }
    return shape.problem(on: configuration).map { "A step of these sizes cannot be made: \($0)." }
  }

  private var shape: SegmentationHeadShape { .uperNet(channels: channels) }

  private var configuration: VisionTransformerConfiguration {
    VisionTransformerConfiguration.beit(
      imageSize: size.image, patchSize: size.patch, width: size.width, depth: size.depth, heads: size.heads
    ).finetuned(finalNorm: false, dropPath: 0)
  }

  /// - Parameter progress: called after every step with the number of steps done and of all.
  package func run(progress: (Int, Int) -> Void = { _, _ in }) throws -> Result {
    let device = try engine.makeDevice()
    let model = SegmentationModel(
      on: VisionTransformer(configuration, device: device, seed: 1), head: shape, classes: Self.classes, seed: 2)
    let parameters = model.parameters()
    let optimizer = AdamW(groups: [ParameterGroup(parameters: parameters, weightDecay: 0.05)])
    let (pixels, labels) = batch(device)
    var (times, losses, allocations) = ([[Double]](), [Double](), 0)
    for step in 0..<warmup + steps {
      var marks = [DispatchTime.now().uptimeNanoseconds]
      func mark() { marks.append(DispatchTime.now().uptimeNanoseconds) }
      let logits = model.logits(
        pixels, normalization: .imageNet, training: true, dropout: ChannelDropout(seed: 3, stream: UInt64(step)),
        recomputes: recompute)
      mark()
      let loss = loss(logits, labels)
      mark()
      loss.backward()
      mark()
      optimizer.step(learningRate: 1e-4)
      for parameter in parameters { parameter.tensor.gradient = nil }
      mark()
      losses.append(Double(loss.scalar))
      if step + 1 == warmup { allocations = device.pool.statistics.allocations }
      if step >= warmup { times.append(zip(marks, marks.dropFirst()).map { Double($1 - $0) / 1e9 }) }
      progress(step + 1, warmup + steps)
    }
    allocations = device.pool.statistics.allocations - allocations
    let memory = ProcessUsage.peakMemoryMB
    let peakGFLOPS = ArithmeticPeak.measure(threads: device.threads).best(for: engine.dtype)
    let seconds = times.map { $0.reduce(0, +) }
    let typical = median(seconds)
    let phases = Self.phases.indices.map { phase in (Self.phases[phase], median(times.map { $0[phase] })) }
    return Result(
      config: name, size: size, channels: channels, dtype: engine.dtype.rawValue, threads: device.threads,
      batch: size.batch, tokens: size.tokens, params: model.parameterCount, gflop: gflop, stepSeconds: typical,
      stepMin: seconds.min() ?? 0, stepMax: seconds.max() ?? 0, imagesPerSecond: Double(size.batch) / typical,
      gflops: gflop / typical, percentOfPeak: 100 * gflop / typical / peakGFLOPS, peakGFLOPS: peakGFLOPS,
      phases: Dictionary(uniqueKeysWithValues: phases), peakMemoryMB: memory, allocationsAfterWarmup: allocations,
      backend: device.description, recompute: recompute, losses: losses)
  }

  private func loss(_ logits: SegmentationLogits, _ labels: [Int32]) -> Tensor {
    func entropy(_ logits: Tensor) -> Tensor {
      pixelCrossEntropy(logits, labels: labels, height: size.image, width: size.image)
    }
    let main = entropy(logits.main)
    return logits.auxiliary.map { add(main, scaled(entropy($0.logits), by: $0.weight)) } ?? main
  }

  /// Noise in 0...1, and a class for every pixel but those of the first lines.
  private func batch(_ device: CPUDevice) -> (pixels: Tensor, labels: [Int32]) {
    let square = size.image * size.image
    var generator = Philox(seed: 0, purpose: .other)
    let pixels = (0..<size.batch * 3 * square).map { _ in generator.uniform() }
    let labels = (0..<size.batch * square).map { pixel in
      pixel % square < 4 * size.image ? 255 : Int32(generator.below(Self.classes))
    }
    return (Tensor(pixels, shape: [size.batch, 3, size.image, size.image], device: device), labels)
  }

  /// Work of the matrix products of one step in GFLOP, a multiply-add counted as two: a backward pass is twice its
  /// forward, less the gradient of the pixels.
  package var gflop: Double {
    let (tokens, width, channels) = (Double(size.tokens), Double(size.width), Double(channels))
    let embedding = (tokens - 1) * Double(3 * size.patch * size.patch) * width
    let blocks = Double(size.depth) * tokens * (12 * width * width + 2 * tokens * width)
    let forward =
      embedding + blocks
      + UperNetHead.multiplyAdds(
        grid: size.grid, patchSize: size.patch, width: width, channels: channels, classes: Double(Self.classes))
    return 2 * Double(size.batch) * (3 * forward - embedding) / 1e9
  }
}
