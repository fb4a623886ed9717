import Datasets
import Evaluation
import Foundation
import Models
import Recipe
import RunEvents
import Tensors
import Testing

/// Pictures of one flat colour that tells the class, under noise; a model need not be trained to tell them apart.
struct ColourPictures: PictureSource {
  var range = 0..<60
  var classNames = ["red", "green", "blue", "grey", "white", "black"]
  var labelled = true

  var count: Int { range.count }
  var name: String { "colours \(range)" }
  func label(at index: Int) -> Int? { labelled ? (range.lowerBound + index) % 6 : nil }
  func caption(at index: Int) -> String? { nil }
  func itemName(at index: Int) -> String { "colour \(range.lowerBound + index)" }

  func picture(at index: Int) throws -> Picture {
    let bases: [[Float]] = [
      [200, 60, 60], [60, 200, 60], [60, 60, 200], [120, 120, 120], [220, 220, 220], [40, 40, 40],
    ]
    let number = range.lowerBound + index
    let base = bases[number % 6]
    var generator = Philox(seed: 1, purpose: .other, stream: UInt64(number))
    let rgb = (0..<16 * 16 * 3).map { UInt8(min(max(base[$0 % 3] + 40 * generator.normal(), 0), 255)) }
    return Picture(width: 16, height: 16, rgb: rgb)
  }
}

@Suite struct EvaluationJobTests {
  static func subject(feature: PooledFeature = .cls, scale: Float = 1) -> EvaluationSubject {
    let model = VisionTransformer(
      VisionTransformerConfiguration(imageSize: 16, patchSize: 8, width: 16, depth: 1, heads: 2),
      device: CPUDevice(threads: 1), seed: 3)
    model.freeze()
    return EvaluationSubject(model: model, normalization: .half, feature: feature)
  }

  static let data = EvaluationData(train: ColourPictures(), test: ColourPictures(range: 60..<97))

  @Test(arguments: PooledFeature.allCases)
  func featuresComeInTheSourcesOrder(feature: PooledFeature) throws {
    let subject = Self.subject(feature: feature)
    let source = ColourPictures(range: 0..<70)
    let extraction = FeatureExtraction(subject: subject, source: source)
    var slices = 0
    while !extraction.isDone {
      try extraction.advance()
      slices += 1
    }
    #expect(slices == 2)
    let width = feature == .both ? 32 : 16
    #expect(extraction.features.count == 70 && extraction.features.width == width)
    #expect(extraction.features.labels == (0..<70).map { Int32($0 % 6) })
    // The 66th picture by itself.
    let picture = try source.picture(at: 66)
    var planes = [Float](repeating: 0, count: 768)
    for place in 0..<768 { planes[place % 3 * 256 + place / 3] = Float(picture.rgb[place]) / 255 }
    let tokens = subject.model.features(
      Tensor(planes, shape: [1, 3, 16, 16], device: subject.model.device), normalization: .half
    ).array()
    let mean = (0..<16).map { column -> Float in
      let patches: [Float] = (1...4).map { tokens[$0 * 16 + column] }
      return patches.reduce(0, +) / 4
    }
    let expected: [Float] =
      switch feature {
      case .cls: Array(tokens[..<16])
      case .mean: mean
      case .both: Array(tokens[..<16]) + mean
      }
    for (found, wanted) in zip(extraction.features.values[66 * width..<67 * width], expected) {
      #expect(abs(found - wanted) < 1e-4)
    }
  }

  /// Evaluations that share features fail one after the other, whichever part of the data is broken.
  @Test(arguments: [true, false]) func brokenPicturesFailEveryEvaluation(isTrain: Bool) throws {
    let broken = Broken(base: ColourPictures(), broken: Set(0..<40))
    let whole = ColourPictures(range: 60..<97)
    let data = isTrain ? EvaluationData(train: broken, test: whole) : EvaluationData(train: whole, test: broken)
    let pair = try FeaturePair(subject: Self.subject(), data: data)
    for kind in ["knn", "centroid", "linear"] {
      let job = try EvaluationPlan(EvalRequest(kind: kind)).make(features: pair)
      #expect(
        throws: EvaluationError.broken(
          source: "broken", count: 40, of: 60, first: "picture 0 cannot be decoded: no reason."), "\(kind)"
      ) { try job.finish() }
    }
  }

  @Test func kNNTellsColoursApart() throws {
    let job = try KNNEvaluation(subject: Self.subject(), data: Self.data, ks: [5, 1, 500])
    var states: [EvaluationState] = []
    while true {
      let state = try job.advance()
      states.append(state)
      if case .done = state { break }
    }
    guard case .done(let score) = try job.advance() else {
      Issue.record("a finished job went on")
      return
    }
    #expect(states.last == .done(score))
    #expect(score.score > 0.9)
    #expect(Set(score.details.keys) == ["knn@5", "knn@1", "knn@500", "knn@10", "knn@20", "top5"])
    #expect(score.details["knn@5"] == score.score)
    #expect(score.summary == "k=5,1,500 T=0.07")
    var last = 0.0
    for case .working(let fraction, let phase) in states {
      #expect(fraction >= last && fraction <= 1 && !phase.isEmpty)
      last = fraction
    }
    #expect(last > 0.9)
  }

  @Test func linearProbeTellsColoursApartTheSameWayEveryTime() throws {
    let first = try LinearProbe(subject: Self.subject(), data: Self.data).finish()
    #expect(first.score > 0.9)
    #expect((first.details["train_accuracy"] ?? 0) > 0.9)
    #expect((first.details["top5"] ?? 0) >= first.score)
    #expect(try LinearProbe(subject: Self.subject(), data: Self.data).finish() == first)
  }

  /// Some of whose pictures cannot be decoded.
  struct Broken: PictureSource {
    var base: ColourPictures
    var broken: Set<Int>
    var count: Int { base.count }
    var name: String { "broken" }
    var classNames: [String] { base.classNames }
    func label(at index: Int) -> Int? { base.label(at: index) }
    func caption(at index: Int) -> String? { nil }
    func itemName(at index: Int) -> String { "picture \(index)" }
    func picture(at index: Int) throws -> Picture {
      if broken.contains(index) { throw DatasetError("picture \(index) cannot be decoded: no reason.") }
      return try base.picture(at: index)
    }
  }

  /// No other picture stands in for one that is broken, and the score says of how many it is one.
  @Test func brokenPicturesHaveNoPartInAScore() throws {
    let test = Broken(base: ColourPictures(range: 60..<130), broken: [0, 1, 2, 66, 69])
    let train = Broken(base: ColourPictures(), broken: [7])
    for job in [
      try KNNEvaluation(subject: Self.subject(), data: EvaluationData(train: train, test: test), ks: [5])
        as any EvaluationJob,
      try LinearProbe(subject: Self.subject(), data: EvaluationData(train: train, test: test)),
    ] {
      let score = try job.finish()
      #expect(score.score > 0.9 && (score.score * 65).rounded() == score.score * 65)
      #expect(score.pictures.train == 59 && score.pictures.test == 65)
      #expect(score.pictures.skippedTest.map(\.path) == [0, 1, 2, 66, 69].map { "picture \($0)" })
      #expect(score.pictures.skippedTrain.map(\.path) == ["picture 7"])
    }
    let extraction = FeatureExtraction(subject: Self.subject(), source: test)
    while !extraction.isDone { try extraction.advance() }
    let whole = FeatureExtraction(subject: Self.subject(), source: test.base)
    while !whole.isDone { try whole.advance() }
    #expect(extraction.features == whole.features.rows((0..<70).filter { !test.broken.contains($0) }))
  }

  @Test func tooManyBrokenPicturesAreRefused() throws {
    let broken = Broken(base: ColourPictures(range: 60..<66), broken: [0, 2, 3, 5])
    #expect(
      throws: EvaluationError.broken(
        source: "broken", count: 4, of: 6, first: "picture 0 cannot be decoded: no reason.")
    ) {
      try KNNEvaluation(
        subject: Self.subject(), data: EvaluationData(train: ColourPictures(), test: broken)
      ).finish()
    }
    let half = Broken(base: ColourPictures(range: 60..<66), broken: [0, 2, 3])
    _ = try KNNEvaluation(subject: Self.subject(), data: EvaluationData(train: ColourPictures(), test: half)).finish()
  }

  /// Labels that have nothing to do with the pictures: chance, not better.
  @Test func neitherFindsWhatIsNotThere() throws {
    struct Shuffled: PictureSource {
      var base: ColourPictures
      var count: Int { base.count }
      var name: String { base.name }
      var classNames: [String] { ["a", "b"] }
      func picture(at index: Int) throws -> Picture { try base.picture(at: index) }
      func caption(at index: Int) -> String? { nil }
      func itemName(at index: Int) -> String { "" }
      func label(at index: Int) -> Int? {
        var generator = Philox(seed: 9, purpose: .other, stream: UInt64(base.range.lowerBound + index))
        return generator.below(2)
      }
    }
    let data = EvaluationData(
      train: Shuffled(base: ColourPictures(range: 0..<300)), test: Shuffled(base: ColourPictures(range: 300..<600)))
    #expect(abs(try KNNEvaluation(subject: Self.subject(), data: data).finish().score - 0.5) < 0.12)
    #expect(abs(try LinearProbe(subject: Self.subject(), data: data).finish().score - 0.5) < 0.12)
  }

  @Test func whatCannotBeEvaluatedIsNamed() throws {
    let unlabelled = EvaluationData(train: ColourPictures(labelled: false), test: ColourPictures())
    #expect(throws: EvaluationError.unlabelled(source: "colours 0..<60")) {
      try KNNEvaluation(subject: Self.subject(), data: unlabelled).finish()
    }
    let empty = EvaluationData(train: ColourPictures(range: 0..<0), test: ColourPictures())
    #expect(throws: EvaluationError.empty(source: "colours 0..<0")) {
      try LinearProbe(subject: Self.subject(), data: empty).finish()
    }
    var others = ColourPictures()
    others.classNames = ["a"]
    #expect(throws: EvaluationError.self) {
      try KNNEvaluation(subject: Self.subject(), data: EvaluationData(train: ColourPictures(), test: others))
    }
    #expect(throws: EvaluationError.self) {
      try KNNEvaluation(subject: Self.subject(), data: Self.data, ks: [0])
    }
    let diverged = Self.subject()
    diverged.model.clsToken.write([Float](repeating: .nan, count: 16))
    #expect {
      try KNNEvaluation(subject: diverged, data: Self.data).finish()
    } throws: { error in
      guard case EvaluationError.notFinite("knn", let pictures, let all, ["cls_token"]) = error else { return false }
      return pictures == all && "\(error)".contains("weights in cls_token")
    }
  }
}
