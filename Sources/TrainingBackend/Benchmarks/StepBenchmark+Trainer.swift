import Datasets
import Foundation
import Models
import Pretraining
import Recipe
import Tensors

extension StepBenchmark {
  /// Batches that lie in memory and are taken in turn.
  static let batches = 2

  /// The trainer that is measured: weights, pictures and masks are the same whenever it is made.
  package func trainer(device: any ComputeDevice) throws -> Trainer {
    let student = student()
    let recipe = method.recipe
    return try Trainer(
      settings: TrainerSettings(
        seed: 0, totalSteps: warmup + steps, accumulation: ranks,
        learningRate: CosineSchedule(
          base: 1.5e-3, final: 1.5e-3, warmupStart: 1.5e-3, warmupSteps: 0, totalSteps: warmup + steps),
        gradientClip: 0, objective: Objective(tokens: lossTokens, kind: recipe.loss), lossTokensOnly: lossTokensOnly,
        recomputesActivations: recompute),
      method: method.method(for: student), student: student, guidances: [guidance(device: device)],
      masks: try MaskGenerator(
        kind: method == .mvp ? .random : recipe.mask.kind, rows: size.grid.height, columns: size.grid.width,
        masked: masked),
      loader: try loader(device), device: device)
  }

  private func guidance(device: any ComputeDevice) -> any Guidance {
    switch method.recipe.target {
    case .computed(let kind):
      return ComputedGuidance(name: kind.rawValue, target: kind.target, grid: size.grid, patch: size.patch)
    case .codes(let name):
      var sizes = DiscreteVAEConfiguration()
      sizes.codes = size.outputs
      return CodeGuidance(
        name: name, tokenizer: DiscreteVAE(sizes, device: device, seed: 1), grid: size.grid)
    case .average:
      return AverageGuidance(name: "self", of: student(), seed: 0, totalSteps: warmup + steps, device: device)
    case .teachers: break
    }
    let tower = VisionTransformerConfiguration.clip(
      imageSize: size.image, patchSize: size.patch, width: size.width, depth: size.depth, heads: size.heads,
      projection: size.outputs)
    let teacher = LoadedVision(
      model: VisionTransformer(tower, device: device, seed: 1), family: .clip, report: "random CLIP-like tower",
      normalization: .clip)
    return TeacherGuidance(name: "clip", vision: teacher, project: true)
  }

  /// Figures of MVP are quoted for all tokens.
  private var lossTokens: LossTokens {
    guard method == .mvp else { return method.recipe.tokens }
    return allTokens ? .all : .clsMasked
  }

  /// Masked patches of a picture.
  private var masked: Int {
    method == .mvp
      ? size.masked
      : MaskGenerator.masked(ratio: method.recipe.mask.share, rows: size.grid.height, columns: size.grid.width)
  }

  /// What the work of a step depends on beside sizes.
  package var work: PretrainingWork {
    let recipe = method.recipe
    var work = PretrainingWork(outputs: size.outputs)
    if case .computed(let kind) = recipe.target { work.outputs = kind.target.width(patch: size.patch) }
    work.encoding = recipe.encoding
    work.masked = masked
    work.decoder = recipe.head == .decoder ? .usual(studentWidth: size.width, studentDepth: size.depth) : nil
    work.regressor = recipe.head == .regressor ? .usual(studentDepth: size.depth) : nil
    work.furtherBlocks = recipe.head == .linearCLS ? AggregationBlocks.depth : 0
    // A tokenizer's work is its own and not counted.
    work.hasTeacher = recipe.target == .teachers
    return work
  }

  func student() -> VisionTransformerConfiguration {
    var student = VisionTransformerConfiguration.vit(
      imageSize: size.image, patchSize: size.patch, width: size.width, depth: size.depth, heads: size.heads)
    student.layerScale = 0.1
    student.maskToken = true
    guard method != .mvp else { return student }
    let (recipe, encoding) = (method.recipe.student, method.recipe.encoding)
    student.layerScale = recipe.layerScale.map { Float($0) }
    student.positions = recipe.positions
    student.relativePositionBias = recipe.relativePositionBias
    student.qkvBias = recipe.qkvBias
    student.initialValues = recipe.initialValues
    student.maskToken = encoding == .dense
    return student
  }

  private func loader(_ device: any ComputeDevice) throws -> any BatchSource {
    guard let pictures else { return BatchesInMemory((0..<Self.batches).map(batch)) }
    // Beside a GPU the cores have nothing else to do.
    let workers = device.isGPU ? device.threads : 1
    return BatchLoader(
      source: try openedPictures(at: pictures), batchSize: size.batch, seed: 0,
      augmentation: .pretraining(size: size.image), prefetch: max(4, workers), threads: workers)
  }

  /// Noise in 0...1.
  func batch(_ number: Int) -> Batch {
    let count = size.batch * 3 * size.image.area
    var generator = Philox(seed: 0, purpose: .other, stream: UInt64(number))
    let pixels = [Float](unsafeUninitializedCapacity: count) { buffer, filled in
      for i in 0..<count { buffer[i] = generator.uniform() }
      filled = count
    }
    return Batch(
      pixels: pixels, size: size.image, indices: Array(number * size.batch..<(number + 1) * size.batch))
  }

  /// Writes what another implementation needs to make the same first steps.
  package func export(to file: URL, steps: Int = 3) throws {
    switch task {
    case .pretrain where !method.followsTargets: try exportDistillation(to: file, steps: steps)
    case .pretrain: try exportPretraining(to: file, steps: steps)
    case .finetune: try exportFineTuning(to: file, steps: steps)
    case .segment: try exportSegmenting(to: file, steps: steps)
    }
  }

  /// Weights before the first step (`student.`, `head.TARGET.`, `teacher.` where there is one), pictures (`pixels.N`
  /// [B, 3, H, W] in 0...1, normalised by each model as the metadata say), and of every step the mask (`mask.STEP` [B,
  /// M], 1 = masked) and the targets of all tokens (`targets.STEP` [B, 1 + M, outputs], of codes [B, 1 + M, 1]). Step
  /// STEP sees the pictures of N = STEP modulo their number. The metadata have the method's parts and the losses that
  /// the steps gave.
  private func exportPretraining(to file: URL, steps: Int) throws {
    let device = try engine.makeDevice()
    let trainer = try trainer(device: device)
    let guidance = trainer.guidances[0]
    let (patches, recipe) = (size.tokens - 1, method.recipe)
    // Copied, as the steps change them.
    var tensors = trainer.state().tensors.map { NamedTensor(name: $0.name, tensor: $0.tensor.copy()) }
    tensors += (guidance.network?.model.parameters(prefix: "teacher") ?? []).map {
      NamedTensor(name: $0.name, tensor: $0.tensor.copy())
    }
    func add(_ name: String, _ tensor: Tensor) { tensors.append(NamedTensor(name: name, tensor: tensor)) }
    let pictures = (0..<Self.batches).map { number in
      Tensor(batch(number).pixels, shape: [size.batch, 3, size.image.height, size.image.width], device: device)
    }
    for (number, pixels) in pictures.enumerated() { add("pixels.\(number)", pixels) }
    var losses: [Double] = []
    for step in 0..<steps {
      let first = step * size.batch
      let flags = (0..<size.batch).flatMap { place in
        trainer.masks.mask(
          seed: trainer.settings.seed, epoch: (first + place) / (Self.batches * size.batch),
          index: (step % Self.batches) * size.batch + place
        ).map { Float($0 ? 1 : 0) }
      }
      add("mask.\(step)", Tensor(flags, shape: [size.batch, patches], device: device))
      add("targets.\(step)", try guidance.targets(pixels: pictures[step % Self.batches]))
      guard case .applied(let metrics) = try trainer.step() else {
        throw BackendError(
          "the benchmark's step \(step + 1) was not finite: this is a defect of the engine, please report it.")
      }
      losses.append(metrics.loss)
    }
    let decoder = work.decoder
    func json(_ value: some Encodable) throws -> String {
      String(decoding: try JSONEncoder().encode(value), as: UTF8.self)
    }
    let settings = trainer.settings
    try writeSafetensors(
      tensors,
      metadata: [
        "format": "mvp-benchmark", "config": name, "size": try json(size), "steps": "\(steps)",
        "method": method.rawValue, "encoding": recipe.encoding.rawValue, "head": recipe.head.rawValue,
        "decoder": try json(decoder), "target": guidance.name, "loss": recipe.loss.rawValue,
        "tokens": settings.objective.tokens.rawValue, "masked": "\(trainer.masks.masked)", "losses": try json(losses),
        "learning_rate": "\(settings.learningRate.value(at: 0))", "beta1": "\(settings.beta1)",
        "beta2": "\(settings.beta2)", "epsilon": "\(settings.epsilon)", "weight_decay": "\(settings.weightDecay)",
        "dtype": engine.dtype.rawValue,
        "student_mean": "\(PixelNormalization.imageNet.mean)",
        "student_std": "\(PixelNormalization.imageNet.standardDeviation)",
        "teacher_mean": "\(PixelNormalization.clip.mean)",
        "teacher_std": "\(PixelNormalization.clip.standardDeviation)",
      ],
      dtype: .float32, to: file)
  }
}
