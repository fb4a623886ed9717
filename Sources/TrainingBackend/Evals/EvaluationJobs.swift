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
      model: subject.model, normalization: subject.normalization, feature: plan.feature)
    switch plan.method {
    case .knn(let ks, let temperature):
      return try KNNEvaluation(features: features(of: judged), ks: ks, temperature: temperature)
    case .linear(let options): return try LinearProbe(features: features(of: judged), options: options)
    case .zeroShot: return try zeroShot(subject)
    }
  }

  private func zeroShot(_ subject: TaskSubject) throws -> any EvaluationJob {
    guard let classFeatures = subject.classFeatures else {
      throw BackendError("evaluation zero-shot needs a model that knows texts, and this one knows none.")
    }
    let prompts = data.test.classNames.map { name in
      SceneCaption.templates.map { SceneCaption.fill($0, with: name) }
    }
    return try ZeroShotEvaluation(
      subject: EvaluationSubject(model: subject.model, normalization: subject.normalization, project: true),
      source: data.test, classFeatures: classFeatures(prompts), prompts: prompts.first?.count ?? 0)
  }

  private func features(of subject: EvaluationSubject) throws -> FeaturePair {
    if let last, last.subject.model === subject.model, last.subject.feature == subject.feature { return last }
    let fresh = try FeaturePair(subject: subject, data: data)
    last = fresh
    return fresh
  }
}
