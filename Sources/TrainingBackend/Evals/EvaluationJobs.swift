import Datasets
import Evaluation
import Models

/// Makes the evaluations that were planned, all on the same data. Those that are made of one student one after the
/// other share its features while any of them lives.
final class EvaluationJobs {
  let data: EvaluationData
  private weak var last: FeaturePair?

  init(data: EvaluationData) { self.data = data }

  func job(
    _ plan: EvaluationPlan, student: VisionTransformer, normalization: PixelNormalization
  ) throws -> any EvaluationJob {
    let subject = EvaluationSubject(model: student, normalization: normalization, feature: plan.feature)
    return try plan.make(features: features(of: subject))
  }

  private func features(of subject: EvaluationSubject) throws -> FeaturePair {
    if let last, last.subject.model === subject.model, last.subject.feature == subject.feature { return last }
    let fresh = try FeaturePair(subject: subject, data: data)
    last = fresh
    return fresh
  }
}
