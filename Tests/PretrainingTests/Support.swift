import Datasets
import Foundation
import Measures
import Models
import Pretraining
import Recipe
import Tasks
import Tensors

/// Pictures of slanted stripes, each a function of its index.
struct StripePictures: PictureSource {
  var count = 12
  var size = 16
  /// Indices that cannot be decoded.
  var damaged: Set<Int> = []

  var name: String { "stripes" }
  var classNames: [String] { ["even", "odd"] }
  func label(at index: Int) -> Int? { index % 2 }
  func caption(at index: Int) -> String? { index % 2 == 0 ? "even stripes" : "odd stripes" }
  func itemName(at index: Int) -> String { "stripe \(index)" }

  func picture(at index: Int) throws -> Picture {
    if damaged.contains(index) { throw DatasetError("stripe \(index) is damaged.") }
    var rgb: [UInt8] = []
    for y in 0..<size {
      for x in 0..<size {
        for channel in 0..<3 { rgb.append(UInt8((x * (3 + index) + y * (1 + channel * index) * 5) % 256)) }
      }
    }
    return Picture(width: size, height: size, rgb: rgb)
  }
}

/// Targets that a test makes up.
final class MadeUpGuidance: Guidance {
  let name: String
  let featureWidth = 6
  let grid = (rows: 2, columns: 2)
  private let value: (Int) -> Float
  private(set) var calls = 0

  /// - Parameter value: the target's entry at a place, counted through all calls' tensors alike.
  init(name: String, value: @escaping (Int) -> Float) {
    self.name = name
    self.value = value
  }

  func targets(pixels: Tensor) -> Tensor {
    calls += 1
    let count = pixels.shape[0] * 5 * featureWidth
    return Tensor((0..<count).map(value), shape: [pixels.shape[0], 5, featureWidth], device: pixels.device)
  }
}

/// A trainer small enough to run many steps in a test: 16-pixel pictures, 8-pixel patches, two blocks of width 8.
struct TinyRun {
  var seed: UInt64 = 4
  var batchSize = 4
  var accumulation = 1
  var dropPath: Float = 0
  var gradientClip: Float = 3
  var objective = Objective()
  var shares: [String: Float] = [:]
  var lossTokensOnly = false
  var recomputesActivations = false
  /// Crops of every picture; nil: new ones in every epoch.
  var crops: Int?
  var source = StripePictures()
  var guidances: [any Guidance]?
  var method: any PretrainingMethod = ComposedMethod.dense
  var imageSize: PlaneSize = 16
  /// Patches along the shorter side, of 8 pixels where there are 2.
  var grid = 2
  var masked = 2
  var maskKind = MaskKind.blockwise
  var recipe = StudentRecipe(
    layerScale: 0.1, positions: .learned, relativePositionBias: false, qkvBias: .full, initialValues: .beit)
  var hasMaskToken = true
  var device: any ComputeDevice = CPUDevice(threads: 1)

  func teacher(_ name: String, seed: UInt64, projection: Int? = nil) -> TeacherGuidance {
    let model = VisionTransformer(
      VisionTransformerConfiguration(
        imageSize: imageSize, patchSize: imageSize.shorter / 2, width: 12, depth: 1, heads: 2, projection: projection),
      device: device, seed: seed)
    return TeacherGuidance(
      name: name, vision: LoadedVision(model: model, family: .vit, report: name, normalization: .imageNet),
      project: projection != nil)
  }

  /// MAE with a decoder of two blocks on 16 patches, of which 4 are seen.
  static func mae(
    encoding: EncodingKind = .sparse, head: HeadShape = .decoder(DecoderShape(depth: 2, width: 12, heads: 2))
  ) -> TinyRun {
    var run = TinyRun()
    run.grid = 4
    run.maskKind = .random
    run.masked = 12
    run.recipe = .mae
    run.hasMaskToken = encoding == .dense
    run.method = ComposedMethod(encoding: encoding, head: head)
    run.objective = Objective(tokens: .masked, kind: .mse)
    run.guidances = [ComputedGuidance(name: "pixels", target: NormalisedPixels(), grid: 4, patch: 4)]
    return run
  }

  /// CAE with a regressor and a decoder of two blocks on 16 patches, of which 8 are seen.
  /// - Parameter ofCodes: false: its targets are normalised pixels.
  static func cae(ofCodes: Bool = true) -> TinyRun {
    var run = TinyRun.mae()
    run.masked = 8
    run.recipe = .cae
    run.method = RegressedMethod(RegressorShape(depth: 2, decoderDepth: 2))
    guard ofCodes else { return run }
    run.objective = Objective(tokens: .masked, kind: .crossEntropy)
    run.guidances = [CodeGuidance(name: "codes", tokenizer: BrightnessTokenizer(), grid: 4)]
    return run
  }

  /// The student guided by its own average, and by a teacher.
  static func ownAverage(device: any ComputeDevice = CPUDevice(threads: 1)) -> TinyRun {
    var run = TinyRun()
    run.device = device
    run.objective = Objective(tokens: .masked, kind: .smoothL1, beta: 2)
    run.guidances = [
      AverageGuidance(
        name: "self", of: run.studentConfiguration, seed: run.seed, totalSteps: run.steps, device: run.device),
      run.teacher("dino", seed: 22),
    ]
    return run
  }

  let steps = 40

  var studentConfiguration: VisionTransformerConfiguration {
    VisionTransformerConfiguration(
      imageSize: imageSize, patchSize: imageSize.shorter / grid, width: 8, depth: 2, heads: 2, qkvBias: recipe.qkvBias,
      layerScale: recipe.layerScale.map { Float($0) }, positions: recipe.positions,
      relativePositionBias: recipe.relativePositionBias, maskToken: hasMaskToken, dropPath: dropPath,
      initialValues: recipe.initialValues)
  }

  func trainer() throws -> Trainer {
    try Trainer(
      settings: TrainerSettings(
        seed: seed, totalSteps: steps, accumulation: accumulation,
        learningRate: CosineSchedule(base: 5e-3, final: 1e-4, warmupStart: 1e-4, warmupSteps: 3, totalSteps: steps),
        gradientClip: gradientClip, objective: objective, shares: shares, lossTokensOnly: lossTokensOnly,
        recomputesActivations: recomputesActivations),
      method: method,
      student: studentConfiguration,
      guidances: guidances ?? [teacher("clip", seed: 21, projection: 10), teacher("dino", seed: 22)],
      masks: MaskGenerator(
        kind: maskKind, rows: studentConfiguration.grid.height, columns: studentConfiguration.grid.width, masked: masked
      ),
      loader: BatchLoader(
        source: source, batchSize: batchSize, seed: seed, augmentation: .pretraining(size: imageSize), crops: crops),
      previews: PreviewSet(source: source, count: 3, size: imageSize), device: device)
  }
}

extension Trainer {
  /// Takes a step that must be applied.
  func applied() throws -> TrainerMetrics {
    switch try step() {
    case .applied(let metrics): return metrics
    case .rejected(let rejection): throw rejection
    }
  }

  /// Every number of the state, to compare two states bit for bit.
  var everything: [String: [Float]] {
    Dictionary(uniqueKeysWithValues: state().tensors.map { ($0.name, $0.tensor.array()) })
  }
}

extension TrainerMetrics {
  var learningRate: Double { values[.learningRate] ?? .nan }
  var gradientNorm: Double { values[.gradientNorm] ?? .nan }
  var cosineCLS: Double? { value("cosine_cls") }
  var cosineMasked: Double? { value("cosine_masked") }
  var cosineVisible: Double? { value("cosine_visible") }

  /// Of a metric by its key.
  func value(_ key: String) -> Double? {
    zip(values.keys, values.numbers).first { $0.0.name == key }.flatMap { $0.1 }
  }
}
