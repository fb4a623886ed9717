import Datasets
import Evaluation
import Models
import Recipe
import RunEvents
import Tensors
import Testing

@Suite struct DepthTests {
  private let model = {
    let model = VisionTransformer(
      VisionTransformerConfiguration(imageSize: 16, patchSize: 8, width: 16, depth: 3, heads: 2),
      device: CPUDevice(threads: 1), seed: 3)
    model.freeze()
    return model
  }()

  private func score(_ feature: PooledFeature, _ options: [String: String] = [:]) throws -> EvaluationScore {
    let subject = EvaluationSubject(model: model, normalization: .half, feature: feature)
    let pair = try FeaturePair(subject: subject, data: EvaluationJobTests.data)
    return try EvaluationPlan(EvalRequest(kind: "depth", options: options)).make(features: pair).finish()
  }

  /// A block's accuracy is that of a probe fitted on that block's own tokens.
  @Test(arguments: PooledFeature.allCases) func aBlocksAccuracyIsThatOfItsOwnProbe(feature: PooledFeature) throws {
    let found = try score(feature, ["decay": "0.01"])
    let (train, test) = (
      try tokens(EvaluationJobTests.data.train, feature), try tokens(EvaluationJobTests.data.test, feature)
    )
    for block in 0..<3 {
      var fit = ProbeFit(
        train: train[block], test: test[block], classes: 6, options: LinearProbeOptions(decays: [0.01]),
        device: CPUDevice(threads: 1))
      while !fit.isDone { fit.advance() }
      #expect(found.details["block@\(block + 1)"] == fit.score?.score, "block \(block + 1)")
    }
    #expect(found.details["block@4"] == nil && found.details["top5"] != nil)
    let best = try #require(found.details["best_block"])
    #expect(found.score == found.details["block@\(Int(best))"])
    #expect(found.summary == "block \(Int(best)) of 3 is best, by held-out pictures; L-BFGS")
  }

  /// Features of each block, with labels, without the evaluation's own extraction.
  private func tokens(_ source: any PictureSource, _ feature: PooledFeature) throws -> [LabelledFeatures] {
    var blocks = [LabelledFeatures](
      repeating: LabelledFeatures(values: [], labels: [], width: feature == .both ? 32 : 16), count: 3)
    for index in 0..<source.count {
      let picture = try source.picture(at: index)
      var planes = [Float](repeating: 0, count: 768)
      for place in 0..<768 { planes[place % 3 * 256 + place / 3] = Float(picture.rgb[place]) / 255 }
      _ = model.features(Tensor(planes, shape: [1, 3, 16, 16], device: model.device), normalization: .half) {
        stage, values in
        guard stage.hasPrefix("block "), let number = Int(stage.dropFirst(6)) else { return }
        let values = values.array()
        let cls = Array(values[0..<16])
        let mean = (0..<16).map { column in (1...4).reduce(Float(0)) { $0 + values[$1 * 16 + column] } / 4 }
        blocks[number - 1].values += feature == .cls ? cls : feature == .mean ? mean : cls + mean
        blocks[number - 1].labels.append(Int32(source.label(at: index) ?? 0))
      }
    }
    return blocks
  }

  @Test func itIsTheSameEveryTimeAndGoesForward() throws {
    let subject = EvaluationSubject(model: model, normalization: .half)
    let job = try EvaluationPlan(EvalRequest(kind: "depth"))
      .make(features: FeaturePair(subject: subject, data: EvaluationJobTests.data))
    var last = 0.0
    while case .working(let fraction, let phase) = try job.advance() {
      #expect(fraction >= last && fraction <= 1 && !phase.isEmpty)
      last = fraction
    }
    guard case .done(let score) = try job.advance() else {
      Issue.record("a finished job went on")
      return
    }
    #expect(try self.score(.cls) == score && score.score > 0.8)
  }
}
