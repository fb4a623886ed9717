import Datasets
import Foundation
import Models
import Pretraining
import Tensors

extension StepBenchmark {
  /// Batches that lie in memory and are taken in turn.
  static let batches = 2

  /// The trainer that is measured: weights, pictures and masks are the same whenever it is made.
  package func trainer(device: any ComputeDevice) throws -> Trainer {
    let tower = VisionTransformerConfiguration.clip(
      imageSize: size.image, patchSize: size.patch, width: size.width, depth: size.depth, heads: size.heads,
      projection: size.outputs)
    let teacher = LoadedVision(
      model: VisionTransformer(tower, device: device, seed: 1), family: .clip, report: "random CLIP-like tower",
      normalization: .clip)
    return try Trainer(
      settings: TrainerSettings(
        seed: 0, totalSteps: warmup + steps,
        learningRate: CosineSchedule(
          base: 1.5e-3, final: 1.5e-3, warmupStart: 1.5e-3, warmupSteps: 0, totalSteps: warmup + steps),
        gradientClip: 0, objective: Objective(tokens: allTokens ? .all : .clsMasked), lossTokensOnly: lossTokensOnly,
        recomputesActivations: recompute),
      student: student(), guidances: [TeacherGuidance(name: "clip", vision: teacher, project: true)],
      masks: try MaskGenerator(kind: .random, rows: size.grid, columns: size.grid, masked: size.masked),
      loader: try loader(), device: device)
  }

  func student() -> VisionTransformerConfiguration {
    var student = VisionTransformerConfiguration.vit(
      imageSize: size.image, patchSize: size.patch, width: size.width, depth: size.depth, heads: size.heads)
    student.layerScale = 0.1
    student.maskToken = true
    return student
  }

  private func loader() throws -> any BatchSource {
    guard let pictures else { return BatchesInMemory((0..<Self.batches).map(batch)) }
    return BatchLoader(
      source: try ImageFolderSource(directory: pictures), batchSize: size.batch, seed: 0,
      augmentation: .pretraining(size: size.image))
  }

  /// Noise in 0...1.
  func batch(_ number: Int) -> Batch {
    let count = size.batch * 3 * size.image * size.image
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
    case .pretrain: try exportPretraining(to: file, steps: steps)
    case .finetune: try exportFineTuning(to: file, steps: steps)
    case .segment: try exportSegmenting(to: file, steps: steps)
    }
  }

  /// Weights (`student.`, `head.clip.`, `teacher.`), pictures (`pixels.N` [B, 3, S, S], normalised by each model as the
  /// metadata say) and masks (`mask.STEP` [B, M], 1 = masked).
  private func exportPretraining(to file: URL, steps: Int) throws {
    let device = try engine.makeDevice()
    let trainer = try trainer(device: device)
    let patches = size.tokens - 1
    var tensors = trainer.state().tensors
    tensors += trainer.guidances[0].network?.model.parameters(prefix: "teacher") ?? []
    for number in 0..<Self.batches {
      let batch = batch(number)
      tensors.append(
        NamedTensor(
          name: "pixels.\(number)",
          tensor: Tensor(batch.pixels, shape: [size.batch, 3, size.image, size.image], device: device)))
    }
    for step in 0..<steps {
      let first = step * size.batch
      let flags = (0..<size.batch).flatMap { place in
        trainer.masks.mask(
          seed: trainer.settings.seed, epoch: (first + place) / (Self.batches * size.batch),
          index: (step % Self.batches) * size.batch + place
        ).map { Float($0 ? 1 : 0) }
      }
      tensors.append(
        NamedTensor(name: "mask.\(step)", tensor: Tensor(flags, shape: [size.batch, patches], device: device)))
    }
    let sizes = try JSONEncoder().encode(size)
    try writeSafetensors(
      tensors,
      metadata: [
        "format": "mvp-benchmark", "config": name, "size": String(decoding: sizes, as: UTF8.self), "steps": "\(steps)",
        "student_mean": "\(PixelNormalization.imageNet.mean)",
        "student_std": "\(PixelNormalization.imageNet.standardDeviation)",
        "teacher_mean": "\(PixelNormalization.clip.mean)",
        "teacher_std": "\(PixelNormalization.clip.standardDeviation)",
      ],
      dtype: .float32, to: file)
  }
}
