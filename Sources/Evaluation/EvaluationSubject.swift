import Models
import Pretraining
import Recipe
import Tensors

/// A frozen model and how its features are taken.
package struct EvaluationSubject {
  package let model: VisionTransformer
  package let normalization: PixelNormalization
  package let feature: PooledFeature
  /// Whether features go through CLIP's projection; without effect on models that have none.
  package let project: Bool

  /// Whether the features of every block are taken, as they leave it, one after the other; without any projection.
  package let everyBlock: Bool
  /// Other models that this one is held against on the same pictures, each by its name: asked for when they are needed.
  let companions: () throws -> [Companion]

  /// How close a student's predictions come to its targets, one a teacher.
  let predictions: () throws -> [TargetCosines]
  /// What the model knows of texts; throws a sentence where it knows none for a reason of its own. nil: it knows none.
  let texts: (() throws -> TextSide)?
  /// For a model that tells classes itself, with the share of the shorter side that it is scored by.
  let classifier: (model: Classifier, cropShare: Float)?
  /// Which channels of a picture the model sees, from 0 on; nil: all.
  package private(set) var channels: [Int]?
  /// For a model that tells the classes of pixels.
  let pixels: PixelClassifier?
  /// Whether a picture's features are the classifier's logits.
  var givesLogits = false
  /// What is taken in place of pooled tokens: [B, C, H, W] in 0...1 -> [B, D].
  private var taken: ((Tensor) throws -> Tensor)?

  package init(
    model: VisionTransformer, normalization: PixelNormalization, feature: PooledFeature = .cls, project: Bool = false,
    everyBlock: Bool = false, channels: [Int]? = nil, texts: (() throws -> TextSide)? = nil,
    classifier: (model: Classifier, cropShare: Float)? = nil, pixels: PixelClassifier? = nil,
    companions: @escaping () throws -> [Companion] = { [] },
    predictions: @escaping () throws -> [TargetCosines] = { [] }
  ) {
    self.model = model
    self.normalization = normalization
    self.feature = feature
    self.project = project
    self.everyBlock = everyBlock
    self.channels = channels
    self.texts = texts
    self.classifier = classifier
    self.pixels = pixels
    self.companions = companions
    self.predictions = predictions
  }

  /// A model beside the one that is judged.
  package struct Companion {
    package let name: String
    package let subject: EvaluationSubject

    package init(name: String, subject: EvaluationSubject) {
      (self.name, self.subject) = (name, subject)
    }
  }

  /// The same model by the features of every block.
  var byBlock: EvaluationSubject {
    EvaluationSubject(
      model: model, normalization: normalization, feature: feature, everyBlock: true, channels: channels)
  }

  /// The same model by CLS through its projection.
  var projected: EvaluationSubject {
    EvaluationSubject(model: model, normalization: normalization, project: true, channels: channels)
  }

  /// The same model by CLS of each of its last blocks, the first of them first, and the mean of the patches of the
  /// last, all after the final norm: [B, (blocks + 1) * D].
  func lastBlocks(_ count: Int) -> EvaluationSubject {
    taking { [self] pixels in
      let first = model.blocks.count - min(count, model.blocks.count)
      var place = 0
      var parts: [Tensor] = []
      let last = model.features(pixels, normalization: normalization) { stage, tokens in
        guard stage.hasPrefix("block ") else { return }
        defer { place += 1 }
        guard place >= first, place < model.blocks.count - 1 else { return }
        let cls = selectToken(tokens, 0)
        parts.append(model.norm.map { $0(cls) } ?? cls)
      }
      return joinedColumns(parts + [selectToken(last, 0), meanTokens(last)])
    }
  }

  /// The same model by what something makes of the pixels.
  func taking(_ taken: @escaping (Tensor) throws -> Tensor) -> EvaluationSubject {
    var subject = EvaluationSubject(model: model, normalization: normalization, channels: channels)
    subject.taken = taken
    return subject
  }

  /// - Parameter pixels: [B, C, H, W] in 0...1.
  /// - Returns: [B, D], or [B, blocks * D] where those of every block are taken.
  func features(_ pixels: Tensor) throws -> Tensor {
    let pixels = pixels.channels(channels)
    if let taken { return try taken(pixels) }
    if givesLogits, let classifier { return classifier.model.logits(pixels, normalization: normalization) }
    guard everyBlock else {
      return joinedColumns(parts(of: model.features(pixels, normalization: normalization), projects: project))
    }
    var parts: [Tensor] = []
    _ = model.features(pixels, normalization: normalization) { stage, tokens in
      if stage.hasPrefix("block ") { parts += self.parts(of: tokens, projects: false) }
    }
    return joinedColumns(parts)
  }

  /// What stands for the pictures of a batch of tokens.
  private func parts(of tokens: Tensor, projects: Bool) -> [Tensor] {
    let pooled =
      switch feature {
      case .cls: [selectToken(tokens, 0)]
      case .mean: [meanTokens(tokens)]
      case .both: [selectToken(tokens, 0), meanTokens(tokens)]
      }
    return projects ? pooled.map { model.projected($0) } : pooled
  }

  /// - Parameter parts: [B, ...] each.
  /// - Returns: [B, sum of their widths].
  private func joinedColumns(_ parts: [Tensor]) -> Tensor {
    guard parts.count != 1 else { return parts[0] }
    let widths = parts.map { $0.shape[1] }
    let arrays = parts.map { $0.array() }
    let rows = parts.first?.shape[0] ?? 0
    var values: [Float] = []
    values.reserveCapacity(rows * widths.reduce(0, +))
    for row in 0..<rows {
      for (array, width) in zip(arrays, widths) { values += array[row * width..<(row + 1) * width] }
    }
    return Tensor(values, shape: [rows, widths.reduce(0, +)], device: model.device)
  }

  /// How pictures are brought to the model's size.
  var cropShare: Float { givesLogits ? classifier?.cropShare ?? 1 : 1 }

  /// - Throws: ``EvaluationError`` where some features are not finite: there is no score then.
  func checkFinite(_ parts: [LabelledFeatures], for kind: String) throws {
    guard !parts.allSatisfy(\.isFinite) else { return }
    throw EvaluationError.notFinite(
      kind: kind, pictures: parts.reduce(0) { $0 + $1.brokenRows }, all: parts.reduce(0) { $0 + $1.count },
      weights: brokenWeights)
  }

  /// Names of tensors of the model that are not finite.
  var brokenWeights: [String] { model.parameters().filter { NonFiniteValues($0.tensor) != nil }.map(\.name) }

  /// Multiply-adds of one picture, each counted twice; attention's products left out.
  var flopPerPicture: Double {
    let configuration = model.configuration
    let block = Double(configuration.width) * Double(4 * configuration.width + 2 * configuration.hidden)
    return 2 * block * Double(configuration.depth) * Double(configuration.tokens)
  }
}
