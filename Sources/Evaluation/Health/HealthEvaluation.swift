import Datasets
import RunEvents
import Tensors

/// How well features fill their space, without any label: effective rank, deviation by dimension, alignment with the
/// teachers and the untrained student, and how close predictions come to targets on pictures that are not trained on.
///
/// The score is the effective rank as a share of the features' width: 0...1, more is wider, and no accuracy. LiDAR
/// alone needs several crops of each picture: it takes them of some.
package final class HealthEvaluation: EvaluationKind {
  private static let pictures = EvaluationOption.whole(
    "pictures", "pictures to look at", in: 2...1_000_000, usual: 2048, steps: ["512", "1024", "2048", "4096", "8192"])

  private static let lidarPictures = EvaluationOption.whole(
    "lidar_pictures", "pictures for LiDAR; 0: none", in: 0...1_000_000, usual: 512,
    steps: ["0", "256", "512", "1024", "2048"])
  private static let lidarViews = EvaluationOption.whole(
    "lidar_views", "crops of each for LiDAR", in: 2...1000, usual: 8, steps: ["4", "8", "16", "50"])

  package static let description = EvaluationDescription(
    kind: "health", title: "health",
    options: [pictures.description, lidarPictures.description, lidarViews.description],
    numbers: [
      "lidar", "effective_rank", "centred_rank", "deviation_smallest", "deviation_median", "dead_dimensions", "cka",
      "cosine_cls", "cosine_masked", "cosine_visible",
    ])
  package static let isUsual = false
  package static let isAccuracy = false

  private let subject: EvaluationSubject
  private let source: any PictureSource
  private var models: [Model]?
  private var predictions: [Prediction] = []
  private var score: EvaluationScore?
  /// Several crops of some of the pictures; nil where LiDAR is not wanted.
  private let crops: FeatureExtraction?

  /// One of the models, the judged one first.
  private final class Model {
    let name: String
    let extraction: FeatureExtraction
    var moments: FeatureMoments?
    var cross: CrossMoments?

    init(_ name: String, _ subject: EvaluationSubject, _ source: any PictureSource) {
      self.name = name
      extraction = FeatureExtraction(subject: subject, source: source)
    }
  }

  /// Three cosines a picture: of CLS, masked and visible patches.
  private final class Prediction {
    let name: String
    let extraction: FeatureExtraction

    init(_ prediction: TargetCosines, of subject: EvaluationSubject, _ source: any PictureSource) {
      name = prediction.name
      var first = 0
      let own = subject.taking { pixels in
        defer { first += pixels.shape[0] }
        return try prediction.cosines(pixels, first)
      }
      extraction = FeatureExtraction(subject: own, source: source)
    }
  }

  /// The pictures to learn from, the first of them in an order that the seed decides.
  package init(features: FeaturePair, options: EvaluationOptions) {
    subject = features.subject
    let all = features.trainSource
    source = all.drawn(options[Self.pictures], seed: options.seed)
    let some = all.drawn(options[Self.lidarPictures], seed: options.seed)
    crops =
      some.count > 1
      ? FeatureExtraction(subject: subject, source: some, views: options[Self.lidarViews], seed: options.seed) : nil
  }

  package func advance() throws -> EvaluationState {
    if let score { return .done(score) }
    guard let models else {
      self.models =
        [Model("", subject, source)] + (try subject.companions().map { Model($0.name, $0.subject, source) })
      predictions = try subject.predictions().map { Prediction($0, of: subject, source) }
      return .working(fraction: 0, phase: "features 0/\(source.count)")
    }
    let parts = Double(models.count + predictions.count + (crops == nil ? 0 : 1))
    for (place, model) in models.enumerated() where model.moments?.count != model.extraction.features.count {
      let fraction = try advance(model, models[0])
      return .working(
        fraction: (Double(place) + fraction) / parts,
        phase: (model.name.isEmpty ? "" : model.name + ": ") + model.extraction.phase)
    }
    for (place, prediction) in predictions.enumerated() where !prediction.extraction.isDone {
      try prediction.extraction.advance()
      return .working(
        fraction: (Double(models.count + place) + prediction.extraction.fraction) / parts,
        phase: "predictions of \(prediction.name)")
    }
    if let crops, !crops.isDone {
      try crops.advance()
      return .working(fraction: (parts - 1 + crops.fraction) / parts, phase: "crops: \(crops.phase)")
    }
    let score = try result(models)
    self.score = score
    return .done(score)
  }

  /// Rows whose products one slice takes.
  private static let rowsPerSlice = 1024

  /// The next batch of a model, or the next slice of its sums; gives its share that is done.
  private func advance(_ model: Model, _ first: Model) throws -> Double {
    let extraction = model.extraction
    guard extraction.isDone, extraction.features.count > 0 else {
      try extraction.advance()
      return 0.9 * extraction.fraction
    }
    let features = extraction.features
    if model.moments == nil { try extraction.subject.checkFinite([features], for: kind) }
    var moments = model.moments ?? FeatureMoments(width: features.width)
    let rows = moments.count..<min(features.count, moments.count + Self.rowsPerSlice)
    // The same pictures could be decoded for both.
    if model !== first, features.labels == first.extraction.features.labels {
      var cross = model.cross ?? CrossMoments(first.extraction.features.width, features.width)
      cross.add(first.extraction.features, features, rows: rows)
      model.cross = cross
    }
    moments.add(features, rows: rows)
    model.moments = moments
    return 0.9 + 0.1 * Double(moments.count) / Double(features.count)
  }

  private func lidar() throws -> Double? {
    guard let crops else { return nil }
    let features = crops.features
    try subject.checkFinite([features], for: kind)
    // Views come one after the other, each of the same pictures: those that could be decoded.
    let pictures = features.count / crops.views
    var moments = ViewMoments(width: features.width)
    for picture in 0..<pictures {
      moments.add(
        (0..<crops.views).flatMap { view in
          let row = (view * pictures + picture) * features.width
          return features.values[row..<row + features.width].map { Double($0) }
        })
    }
    return moments.lidar
  }

  private func result(_ models: [Model]) throws -> EvaluationScore {
    var details: [String: Double] = [:]
    guard let own = models[0].moments else { return EvaluationScore(score: 0, summary: "") }
    let rank = own.effectiveRank
    details["effective_rank"] = rank
    details["lidar"] = try lidar()
    details["centred_rank"] = own.centredRank
    let deviations = own.deviations.sorted()
    details["deviation_smallest"] = deviations.first
    details["deviation_median"] = FeatureMoments.median(deviations)
    details["dead_dimensions"] = Double(own.deadDimensions)
    for model in models.dropFirst() {
      guard let moments = model.moments else { continue }
      details["effective_rank@\(model.name)"] = moments.effectiveRank
      details["cka@\(model.name)"] = model.cross?.alignment(own, moments)
    }
    for prediction in predictions {
      let features = prediction.extraction.features
      for (place, name) in ["cosine_cls", "cosine_masked", "cosine_visible"].enumerated() {
        let values = (0..<features.count).map { Double(features.values[$0 * features.width + place]) }
          .filter(\.isFinite)
        guard !values.isEmpty else { continue }
        details["\(name)@\(prediction.name)"] = values.reduce(0, +) / Double(values.count)
      }
    }
    var pictures = EvaluatedPictures()
    pictures.train = own.count
    pictures.skippedTrain = models[0].extraction.skipped
    return EvaluationScore(
      score: rank / Double(own.width), details: details,
      summary: "effective rank of \(own.width) on \(own.count) pictures", pictures: pictures)
  }
}
