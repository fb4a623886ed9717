import Evaluation
import Pretraining

extension ClipTeaching {
  /// Scores on held-out data by name: `zero_shot`, and `knn` on CLS before the projection.
  /// - Parameter prompts: for every class its texts, in the order of the labels.
  func evaluate(data: EvaluationData, prompts: [[String]]) throws -> [String: Double] {
    let model = snapshot()
    let projected = EvaluationSubject(model: model, normalization: normalization, project: true)
    let zeroShot = try ZeroShotEvaluation(
      subject: projected, source: data.test, classFeatures: classFeatures(prompts), prompts: prompts.first?.count ?? 0)
    let plain = EvaluationSubject(model: model, normalization: normalization)
    return [
      "zero_shot": try zeroShot.finish().score, "knn": try KNNEvaluation(subject: plain, data: data).finish().score,
    ]
  }
}

extension DinoTeaching {
  /// Scores on held-out data by name: `knn` on CLS.
  func evaluate(data: EvaluationData) throws -> [String: Double] {
    let subject = EvaluationSubject(model: snapshot(), normalization: normalization)
    return ["knn": try KNNEvaluation(subject: subject, data: data).finish().score]
  }
}
