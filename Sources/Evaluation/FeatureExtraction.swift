import Datasets
import Tensors

/// Features and labels of all pictures of a source, batch by batch.
///
/// The size of a batch depends on the model alone, so features are the same bits whatever else the machine does.
/// Decoding runs ahead on the loader's queue.
package final class FeatureExtraction {
  /// Work of one slice: well below a tenth of a second on one core.
  private static let flopPerSlice = 6e9
  private static let largestBatch = 64

  package let subject: EvaluationSubject
  package let source: any PictureSource
  package private(set) var features: LabelledFeatures
  /// Pictures that could not be decoded; they have no features.
  package private(set) var skipped: [SkippedPicture] = []
  /// Crops of each picture: the features are those of all pictures once, then of all once more.
  package let views: Int
  /// Crops that have no features, as their picture could not be decoded.
  private var missed = 0
  private let loader: BatchLoader
  private var step = 0

  /// - Parameters:
  ///   - views: random crops of each picture, of .08 to 1 of its area and mirrored half of the time; nil: its middle,
  ///     the same every time.
  ///   - seed: decides the crops.
  ///   - threads: batches that are decoded at the same time.
  package init(
    subject: EvaluationSubject, source: any PictureSource, views: Int? = nil, seed: UInt64 = 0, threads: Int = 1
  ) {
    self.subject = subject
    self.source = source
    self.views = max(views ?? 1, 1)
    features = LabelledFeatures(values: [], labels: [], width: 0)
    let pictures = Int((Self.flopPerSlice / max(subject.flopPerPicture, 1)).rounded())
    let side = subject.model.configuration.imageSize
    loader = BatchLoader(
      source: source, batchSize: max(1, min(Self.largestBatch, pictures)), seed: seed,
      augmentation: views == nil
        ? .evaluation(size: side, share: subject.cropShare) : .pretraining(size: side, jitter: .none),
      shuffles: false, standsIn: false, prefetch: 2, threads: threads)
  }

  /// Crops that were decoded, or found not to be.
  package var seen: Int { features.count + missed }
  private var wanted: Int { source.count * views }
  package var isDone: Bool { seen >= wanted }

  /// Share of broken pictures above which a score on the others would mislead.
  package static let largestBrokenShare = 0.5

  /// - Throws: ``EvaluationError/broken(source:count:of:first:)`` where too many pictures could not be decoded.
  package func checkBroken() throws {
    guard let first = skipped.first,
      features.count == 0 || Double(missed) > Self.largestBrokenShare * Double(seen)
    else {
      return
    }
    throw EvaluationError.broken(source: source.name, count: missed, of: seen, first: first.reason)
  }

  /// Extracts the next batch. Where too many pictures are broken, every evaluation that shares the features is told.
  package func advance() throws {
    guard source.count > 0 else { throw EvaluationError.empty(source: source.name) }
    guard !isDone else { return try checkBroken() }
    let batch = try loader.batch(step: step)[0]
    guard batch.labels.count == batch.count else { throw EvaluationError.unlabelled(source: source.name) }
    let found = try subject.features(
      Tensor(batch.pixels, shape: batch.shape, device: subject.model.device))
    let kept = min(batch.count, wanted - seen)
    features.width = found.shape[1]
    if step == 0 { features.values.reserveCapacity(wanted * features.width) }
    let values = found.array()
    if batch.missing.isEmpty {
      features.values += values.prefix(kept * features.width)
      features.labels += batch.labels.prefix(kept).map { Int32($0) }
    } else {
      let missing = Set(batch.missing)
      for place in 0..<kept where !missing.contains(place) {
        features.values += values[place * features.width..<(place + 1) * features.width]
        features.labels.append(Int32(batch.labels[place]))
      }
      let broken = batch.skipped.prefix(missing.count { $0 < kept })
      missed += broken.count
      for picture in broken where views == 1 || !skipped.contains(where: { $0.path == picture.path }) {
        skipped.append(picture)
      }
    }
    step += 1
    if isDone { try checkBroken() }
  }

  package var fraction: Double { Double(seen) / Double(max(wanted, 1)) }
  package var phase: String { "features \(seen)/\(wanted)" }
}

/// Labelled pictures to learn from and others to be scored on.
package struct EvaluationData: Sendable {
  package let train: any PictureSource
  package let test: any PictureSource
  /// How the pictures came into the two, in words: `by the folders train and valid`.
  package var split: String
  /// What was found where the pictures are and is in neither.
  package var leftOut: LeftOut
  /// What else a person might not expect: whole clauses.
  package var notes: [String]
  /// What scores tell apart: classes of pictures, or of pixels.
  package let classNames: [String]

  /// - Parameter classNames: nil: those of the pictures.
  package init(
    train: any PictureSource, test: any PictureSource, split: String = "", leftOut: LeftOut = LeftOut(),
    notes: [String] = [], classNames: [String]? = nil
  ) {
    self.classNames = classNames ?? train.classNames
    self.train = train
    self.test = test
    self.split = split
    self.leftOut = leftOut
    self.notes = notes
  }
}

/// Features of both parts of the data, one slice at a time. Evaluations of the same student may share one: they are
/// extracted once.
package final class FeaturePair {
  package let subject: EvaluationSubject
  private let train: FeatureExtraction
  private let test: FeatureExtraction

  /// - Throws: ``EvaluationError`` where a part is empty or the parts have other classes.
  package init(subject: EvaluationSubject, data: EvaluationData) throws {
    let names = (data.train.classNames, data.test.classNames)
    guard names.0 == names.1 else {
      throw EvaluationError.classesDiffer(train: data.train.name, test: data.test.name)
    }
    for source in [data.train, data.test] where source.count == 0 {
      throw EvaluationError.empty(source: source.name)
    }
    self.subject = subject
    // Pictures that have not the channels of the model are skipped by name, as broken ones are.
    let channels = subject.channels == nil ? subject.model.configuration.channels : data.train.channels
    let (learned, scored) = (data.train.with(channels: channels), data.test.with(channels: channels))
    for source in [learned, scored] where source.channels != channels {
      throw EvaluationError.otherChannels(source: source.name, theirs: source.channels, wanted: channels)
    }
    train = FeatureExtraction(subject: subject, source: learned)
    test = FeatureExtraction(subject: subject, source: scored)
  }

  /// Another model's features, or others of the same model, of the same pictures.
  func of(_ subject: EvaluationSubject) throws -> FeaturePair {
    try FeaturePair(subject: subject, data: EvaluationData(train: train.source, test: test.source))
  }

  /// The pictures to learn from.
  var trainSource: any PictureSource { train.source }
  /// The pictures to score.
  var testSource: any PictureSource { test.source }

  /// Progress of the extraction, or both parts once they are there.
  enum State {
    case working(fraction: Double, phase: String)
    case ready(train: LabelledFeatures, test: LabelledFeatures, classes: Int)
  }

  /// What has been decoded so far.
  var pictures: EvaluatedPictures {
    var pictures = EvaluatedPictures()
    (pictures.train, pictures.test) = (train.features.count, test.features.count)
    pictures.largestTestClass = test.features.largestClass
    (pictures.skippedTrain, pictures.skippedTest) = (train.skipped, test.skipped)
    return pictures
  }

  /// - Parameter kind: evaluation that asks, for errors.
  func advance(for kind: String) throws -> State {
    let part = train.isDone ? test : train
    if train.isDone { try train.checkBroken() }
    try part.advance()
    guard train.isDone, test.isDone else {
      let total = Double(train.source.count + test.source.count)
      return .working(
        fraction: Double(train.seen + test.seen) / max(total, 1), phase: part.phase)
    }
    try subject.checkFinite([train.features, test.features], for: kind)
    let labels = train.features.labels + test.features.labels
    let classes = max(train.source.classNames.count, Int(labels.max() ?? 0) + 1)
    return .ready(train: train.features, test: test.features, classes: classes)
  }
}
