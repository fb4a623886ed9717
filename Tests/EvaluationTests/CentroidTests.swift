import Evaluation
import Foundation
import RunEvents
import Tensors
import Testing

@Suite struct CentroidTests {
  /// Fixtures/make_centroid.py says what it is.
  private struct Fixture: Decodable {
    var classes: Int
    var width: Int
    var train: [Float]
    var test: [Float]
    var trainLabels: [Int32]
    var testLabels: [Int32]
    var right: Int
    var rightTop5: Int
    /// [classes that have pictures, width]
    var means: [Float]
    /// [test rows, classes that have pictures]
    var cosines: [Float]

    enum CodingKeys: String, CodingKey {
      case classes, width, train, test, right, means, cosines
      case trainLabels = "train_labels"
      case testLabels = "test_labels"
      case rightTop5 = "right_top5"
    }

    static func read() throws -> Fixture {
      let url = try #require(Bundle.module.url(forResource: "Fixtures/centroid", withExtension: "json"))
      return try JSONDecoder().decode(Fixture.self, from: Data(contentsOf: url))
    }
  }

  @Test func agreesWithNumPy() throws {
    let fixture = try Fixture.read()
    var search = NearestCentroids(
      train: LabelledFeatures(values: fixture.train, labels: fixture.trainLabels, width: fixture.width),
      test: LabelledFeatures(values: fixture.test, labels: fixture.testLabels, width: fixture.width),
      classes: fixture.classes, device: CPUDevice(threads: 1))
    let known = (0..<fixture.classes).filter { fixture.trainLabels.contains(Int32($0)) }
    #expect(known.count == fixture.classes - 1)
    let means = search.means.array()
    for (place, label) in known.enumerated() {
      for column in 0..<fixture.width {
        #expect(abs(means[label * fixture.width + column] - fixture.means[place * fixture.width + column]) < 1e-6)
      }
    }
    let cosines = search.cosines(of: 0..<fixture.testLabels.count)
    for row in fixture.testLabels.indices {
      for (place, label) in known.enumerated() {
        #expect(abs(cosines[row * fixture.classes + label] - fixture.cosines[row * known.count + place]) < 1e-6)
      }
      #expect(cosines[row * fixture.classes..<(row + 1) * fixture.classes].count { $0 == -.infinity } == 1)
    }
    while !search.isDone { search.advance() }
    #expect(search.tested == fixture.testLabels.count)
    #expect(search.accuracy == Double(fixture.right) / Double(fixture.testLabels.count))
    #expect(search.top5Accuracy == Double(fixture.rightTop5) / Double(fixture.testLabels.count))
  }

  @Test func lengthsOfFeaturesDoNotMatter() throws {
    let fixture = try Fixture.read()
    func accuracy(_ scale: (Int) -> Float) -> Double {
      let train = fixture.train.enumerated().map { $0.element * scale($0.offset / fixture.width) }
      var search = NearestCentroids(
        train: LabelledFeatures(values: train, labels: fixture.trainLabels, width: fixture.width),
        test: LabelledFeatures(values: fixture.test, labels: fixture.testLabels, width: fixture.width),
        classes: fixture.classes, device: CPUDevice(threads: 1))
      while !search.isDone { search.advance() }
      return search.accuracy
    }
    #expect(accuracy { _ in 1 } == accuracy { row in Float(row % 7 + 1) })
  }

  @Test func tellsColoursApartAndRepeatsItsScore() throws {
    let plan = try EvaluationPlan(EvalRequest(kind: "centroid"))
    let job = try plan.make(
      features: FeaturePair(subject: EvaluationJobTests.subject(), data: EvaluationJobTests.data))
    let score = try job.finish()
    #expect(job.kind == "centroid" && score.summary == "6 class means" && score.pictures.test == 37)
    #expect(score.score > 0.5 && (score.details["top5"] ?? 0) >= score.score)
    #expect(try job.advance() == .done(score))
  }
}
