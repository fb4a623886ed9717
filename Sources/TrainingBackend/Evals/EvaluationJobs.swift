import Datasets
import Evaluation
import Models
import Tasks

/// Makes the evaluations that were planned, all on the same data. Those that are made of one model one after the other
/// share its features while any of them lives.
final class EvaluationJobs {
  let data: EvaluationData
  private weak var last: FeaturePair?

  init(data: EvaluationData) { self.data = data }

  func job(_ plan: EvaluationPlan, of subject: TaskSubject) throws -> any EvaluationJob {
    let judged = EvaluationSubject(
      model: subject.model, normalization: subject.normalization, feature: plan.feature,
      classFeatures: subject.classFeatures,
      classifier: subject.classifier.map { ($0.model, $0.cropShare) })
    return try plan.make(features: features(of: judged))
  }

  private func features(of subject: EvaluationSubject) throws -> FeaturePair {
    if let last, last.subject.model === subject.model, last.subject.feature == subject.feature { return last }
    let fresh = try FeaturePair(subject: subject, data: data)
    last = fresh
    return fresh
  }
}
