import Datasets
import Foundation
import Models
import Pretraining
import Recipe
import Sessions
import Tensors

extension StepBenchmark {
  /// Method dino as it is measured: two large crops and two small ones of half their side, 256 prototypes, a constant
  /// rate. Weights and crops are the same whenever it is made.
  package func distillation(device: any ComputeDevice) throws -> DinoTeaching {
    let (rate, usual) = (1.5e-3, DinoSettings())
    var settings = DinoTeachingSettings()
    settings.kind = .pretrain
    settings.steps = warmup + steps
    settings.rates = CosineSchedule(
      base: rate, final: rate, warmupStart: rate, warmupSteps: 0, totalSteps: warmup + steps)
    settings.batchSize = size.batch
    settings.student = student()
    settings.localCrops = usual.localCrops
    settings.localSize = localSize
    settings.prototypes = usual.prototypes
    (settings.headHidden, settings.headBottleneck) = DinoTeachingSettings.usualHead(width: size.width)
    settings.frozenPrototypeSteps = 0
    return try DinoTeaching(settings: settings, source: try distilledPictures(), device: device)
  }

  private var localSize: PlaneSize {
    let half = size.grid / 2
    return PlaneSize(height: max(1, half.height), width: max(1, half.width)) * size.patch
  }

  private func distilledPictures() throws -> any PictureSource {
    if let pictures { return try ImageFolderSource(directory: pictures) }
    return NoisePictures(size: size.image, count: Self.batches * size.batch)
  }

  /// Work of the matrix products of one step in GFLOP: the student forward and backward on all crops, the teacher
  /// forward on the large ones, both with their heads.
  var distillationGFLOP: Double {
    let usual = DinoSettings()
    let head = DinoTeachingSettings.usualHead(width: size.width)
    let layers = [size.width, head.hidden, head.hidden, head.bottleneck, usual.prototypes]
    let ofHead = zip(layers, layers.dropFirst()).reduce(0) { $0 + 2 * $1.0 * $1.1 }
    func crops(_ count: Int, side: PlaneSize, learns: Bool) -> Double {
      var crop = size
      (crop.image, crop.batch) = (side, size.batch * count)
      return crop.backboneGFLOP(learns: learns) + Double((learns ? 3 : 1) * crop.batch * ofHead) / 1e9
    }
    return crops(2, side: size.image, learns: false) + crops(2, side: size.image, learns: true)
      + crops(usual.localCrops, side: localSize, learns: true)
  }

  /// Weights before the first step (`student.`, `head.`, `teacher.`, `teacher_head.`), and of every step the crops
  /// (`large.STEP` [2 B, 3, H, W], `small.STEP` [2 B, 3, s, s]: the first of every picture, then the second; in 0...1)
  /// and the teacher's probabilities for the large ones (`targets.STEP` [2 B, prototypes]).
  func exportDistillation(to file: URL, steps: Int) throws {
    let device = try engine.makeDevice()
    let teaching = try distillation(device: device)
    // Copied, as the steps change them.
    var tensors = (teaching.parameters + teaching.teacherParameters).map {
      NamedTensor(name: $0.name, tensor: $0.tensor.copy())
    }
    var losses: [Double] = []
    for step in 0..<steps {
      let metrics = try teaching.step { crops, targets in
        tensors.append(NamedTensor(name: "large.\(step)", tensor: crops.large))
        if let small = crops.small { tensors.append(NamedTensor(name: "small.\(step)", tensor: small)) }
        let shape = [2 * crops.count, teaching.settings.prototypes]
        tensors.append(NamedTensor(name: "targets.\(step)", tensor: Tensor(targets, shape: shape, device: device)))
      }
      losses.append(metrics.loss)
    }
    let settings = teaching.settings
    func json(_ value: some Encodable) throws -> String {
      String(decoding: try JSONEncoder().encode(value), as: UTF8.self)
    }
    try writeSafetensors(
      tensors,
      metadata: [
        "format": "mvp-benchmark", "config": name, "size": try json(size), "steps": "\(steps)",
        "method": method.rawValue, "loss": "cross_entropy", "tokens": "cls", "losses": try json(losses),
        "student_temperature": "\(settings.studentTemperature)",
        "learning_rate": "\(settings.schedule.value(at: 0))", "beta1": "\(settings.beta1)",
        "beta2": "\(settings.beta2)", "epsilon": "\(settings.epsilon)", "weight_decay": "\(settings.weightDecay)",
        "clip_gradient": "\(settings.gradientClip)", "dtype": engine.dtype.rawValue,
        "mean": "\(teaching.normalization.mean)", "std": "\(teaching.normalization.standardDeviation)",
      ],
      dtype: .float32, to: file)
  }
}

/// Noise, made anew whenever a picture is asked for.
private struct NoisePictures: PictureSource {
  let size: PlaneSize
  let count: Int
  var name: String { "noise" }
  var classNames: [String] { [] }
  func label(at index: Int) -> Int? { nil }
  func caption(at index: Int) -> String? { nil }
  func itemName(at index: Int) -> String { "noise \(index)" }

  func picture(at index: Int) throws -> Picture {
    var generator = Philox(seed: 0, purpose: .other, stream: UInt64(index))
    return Picture(
      width: size.width, height: size.height, rgb: (0..<size.area * 3).map { _ in UInt8(generator.below(256)) })
  }
}
