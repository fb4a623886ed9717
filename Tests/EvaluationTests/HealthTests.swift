import Evaluation
import Foundation
import RunEvents
import Tensors
import Testing

@Suite struct HealthTests {
  /// Fixtures/make_health.py says what it is.
  private struct Fixture: Decodable {
    var rows: Int
    var width: Int
    var otherWidth: Int
    var values: [Float]
    var others: [Float]
    var rank: Double
    var centredRank: Double
    var few: Int
    var fewRank: Double
    var lidar: Double
    var deviations: [Double]
    var dead: Int
    var median: Double
    var cka: Double
    var ckaSelf: Double
    var symmetric: [Double]
    var eigenvalues: [Double]

    static func read() throws -> Fixture {
      let url = try #require(Bundle.module.url(forResource: "Fixtures/health", withExtension: "json"))
      let decoder = JSONDecoder()
      decoder.keyDecodingStrategy = .convertFromSnakeCase
      return try decoder.decode(Fixture.self, from: Data(contentsOf: url))
    }

    var features: LabelledFeatures { rows(values, width) }

    func rows(_ values: [Float], _ width: Int) -> LabelledFeatures {
      LabelledFeatures(values: values, labels: [Int32](repeating: 0, count: rows), width: width)
    }
  }

  private func moments(_ features: LabelledFeatures, slice: Int, of count: Int? = nil) -> FeatureMoments {
    var moments = FeatureMoments(width: features.width)
    let count = count ?? features.count
    while moments.count < count {
      moments.add(features, rows: moments.count..<min(count, moments.count + slice))
    }
    return moments
  }

  private func near(_ found: Double, _ wanted: Double, _ tolerance: Double = 1e-6) -> Bool {
    abs(found - wanted) <= tolerance * max(1, abs(wanted))
  }

  /// Whatever the slices that the sums were taken in.
  @Test(arguments: [1, 7, 40]) func ranksAndDeviationsAreThoseOfNumPy(slice: Int) throws {
    let fixture = try Fixture.read()
    let found = moments(fixture.features, slice: slice)
    #expect(near(found.effectiveRank, fixture.rank), "\(found.effectiveRank)")
    #expect(near(found.centredRank, fixture.centredRank), "\(found.centredRank)")
    #expect(zip(found.deviations, fixture.deviations).allSatisfy { near($0, $1) })
    #expect(near(FeatureMoments.median(found.deviations.sorted()), fixture.median))
    #expect(found.deadDimensions == fixture.dead && fixture.dead == 2)
    let few = moments(fixture.features, slice: slice, of: fixture.few)
    #expect(near(few.effectiveRank, fixture.fewRank), "fewer pictures than dimensions: \(few.effectiveRank)")
  }

  @Test(arguments: [3, 40]) func alignmentIsThatOfNumPy(slice: Int) throws {
    let fixture = try Fixture.read()
    let own = fixture.features
    var turned = own
    for row in 0..<own.count {
      for column in 0..<own.width {
        turned.values[row * own.width + column] = 2 * own.values[row * own.width + own.width - 1 - column]
      }
    }
    for (other, wanted) in [(fixture.rows(fixture.others, fixture.otherWidth), fixture.cka), (turned, 1)] {
      var cross = CrossMoments(own.width, other.width)
      for start in stride(from: 0, to: own.count, by: slice) {
        cross.add(own, other, rows: start..<min(own.count, start + slice))
      }
      let found = cross.alignment(moments(own, slice: slice), moments(other, slice: slice))
      #expect(near(found, wanted), "\(found) where numpy has \(wanted)")
    }
    #expect(near(fixture.ckaSelf, 1))
  }

  @Test func lidarIsThatOfNumPy() throws {
    let fixture = try Fixture.read()
    var moments = ViewMoments(width: fixture.width)
    let length = 4 * fixture.width
    for start in stride(from: 0, to: fixture.values.count, by: length) {
      moments.add(fixture.values[start..<start + length].map { Double($0) })
    }
    let found = try #require(moments.lidar)
    #expect(near(found, fixture.lidar, 1e-8), "\(found) where numpy has \(fixture.lidar)")
    var alone = ViewMoments(width: 2)
    alone.add([1, 2])
    alone.add([2, 1])
    #expect(alone.lidar == nil, "one crop of each says nothing of how crops differ")
    alone.add([.nan, 1, 2, 3])
    #expect(alone.lidar == nil)
  }

  @Test func eigenvaluesAreThoseOfNumPy() throws {
    let fixture = try Fixture.read()
    let found = symmetricEigenvalues(fixture.symmetric, size: 7).sorted()
    #expect(zip(found, fixture.eigenvalues).allSatisfy { near($0, $1, 1e-12) }, "\(found)")
    #expect(symmetricEigenvalues([Double](repeating: 0, count: 9), size: 3) == [0, 0, 0])
    #expect(symmetricEigenvalues([4], size: 1) == [4] && symmetricEigenvalues([], size: 0).isEmpty)
    #expect(symmetricEigenvalues([1, 0, 0, 0, 1, 0, 0, 0, 3], size: 3).sorted() == [1, 1, 3])
  }

  /// Beside itself a model has the alignment 1 and the same rank; predictions' cosines are averaged over pictures.
  @Test func modelsAreHeldAgainstOthers() throws {
    let subject = EvaluationJobTests.subject()
    let judged = EvaluationSubject(
      model: subject.model, normalization: subject.normalization,
      companions: { [.init(name: "same", subject: subject)] },
      predictions: {
        [
          TargetCosines(name: "clip") { pixels, first in
            Tensor(
              (0..<pixels.shape[0]).flatMap { [Float(first + $0), .nan, 0.25] }, shape: [pixels.shape[0], 3],
              device: subject.model.device)
          }
        ]
      })
    let pair = try FeaturePair(subject: judged, data: EvaluationJobTests.data)
    let plan = try EvaluationPlan(
      EvalRequest(kind: "health", options: ["pictures": "50", "lidar_pictures": "20", "lidar_views": "3"]))
    #expect(!plan.isAccuracy)
    let score = try plan.make(features: pair).finish()
    let rank = try #require(score.details["effective_rank"])
    #expect(near(score.score, rank / 16) && rank > 1 && rank <= 16)
    #expect(near(score.details["cka@same"] ?? 0, 1) && score.details["effective_rank@same"] == rank)
    #expect((1...16.1).contains(score.details["lidar"] ?? 0))
    #expect(score.details["cosine_cls@clip"] == 24.5 && score.details["cosine_visible@clip"] == 0.25)
    #expect(score.details["cosine_masked@clip"] == nil)
    #expect(score.pictures.train == 50 && score.summary == "effective rank of 16 on 50 pictures")
  }
}
