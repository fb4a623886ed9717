import Datasets
import Evaluation
import Models
import Tasks

/// Makes the evaluations that were planned, all on the same data. Those that are made of one model one after the other
/// share its features while any of them lives.
final class EvaluationJobs {
  let data: EvaluationData
  private weak var last: FeaturePair?
  private var lastGuidance = ""

  init(data: EvaluationData) { self.data = data }

  /// - Parameters:
  ///   - guidance: that the model is judged under.
  ///   - texts: what it knows of texts by its guidance; nil: what it knows itself.
  ///   - companions: gives the models that it may be held against on the same pictures.
  func job(
    _ plan: EvaluationPlan, of subject: TaskSubject, under guidance: String = "",
    texts: (() throws -> TextSide)? = nil,
    companions: @escaping () throws -> [EvaluationSubject.Companion] = { [] }
  ) throws -> any EvaluationJob {
    let judged = EvaluationSubject(
      model: subject.model, normalization: subject.normalization, feature: plan.feature,
      texts: texts
        ?? subject.classFeatures.map { features in
          { TextSide(knowsSceneWordsAlone: true, classFeatures: features) }
        }, classifier: subject.classifier.map { ($0.model, $0.cropShare) },
      pixels: subject.segmenter.map { PixelClassifier($0, normalization: subject.normalization) },
      companions: companions,
      predictions: { try subject.predictions().map { TargetCosines(name: $0.name, cosines: $0.cosines) } })
    return try plan.make(features: features(of: judged, under: guidance))
  }

  private func features(of subject: EvaluationSubject, under guidance: String) throws -> FeaturePair {
    if let last, last.subject.model === subject.model, last.subject.feature == subject.feature,
      lastGuidance == guidance
    {
      return last
    }
    let fresh = try FeaturePair(subject: subject, data: data)
    (last, lastGuidance) = (fresh, guidance)
    return fresh
  }
}
