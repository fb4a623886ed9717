import Datasets
import Evaluation
import Foundation
import RunEvents
import Sessions

extension RunAssembly {
  /// The session's labelled pictures, once everything that could keep an evaluation from being made has been looked at:
  /// a run is not to find out after its last step.
  ///
  /// - Parameters:
  ///   - asked: evaluations that are asked for beside those of the session.
  ///   - source: what is trained on, which is compared with what is scored on.
  /// - Throws: what is wrong, in one sentence.
  func checkedEvaluationData(
    _ asked: [EvalRequest], trainedOn source: (any PictureSource)? = nil
  ) throws -> LabelledData {
    let wanted =
      asked
      + (settings.schedule.evaluationSteps(datasetSize: 1) > 0 ? settings.evals.during : []).map {
        EvalRequest(kind: $0)
      }
      + settings.evals.atEnd.map { EvalRequest(kind: $0) }
    let plans = try wanted.map { try EvaluationPlan($0, settings: settings) }
    var labelled = LabelledData(usual: try evaluationSources())
    labelled.sets = try settings.evals.sets.map { ($0.name, try evaluationSources(of: $0.name)) }
    for plan in plans { try plan.check(labelled.data(for: plan, in: session.name)) }
    func note(_ data: EvaluationData) -> String? {
      if let note = trainedOn(data) { return note }
      guard settings.task == .pretrain, let source else { return nil }
      return EvaluationOverlap.note(trained: source, scored: data.test)
    }
    if let note = labelled.usual.flatMap(note) { labelled.usual?.notes.append(note) }
    for index in labelled.sets.indices {
      if let note = note(labelled.sets[index].data) { labelled.sets[index].data.notes.append(note) }
    }
    return labelled
  }

  /// What is to be known about pre-training on pictures that are scored on later.
  private func trainedOn(_ data: EvaluationData) -> String? {
    guard settings.task == .pretrain, settings.data.kind == .folder, let path = settings.data.path,
      let test = data.test.packedPictures.map(\.place) ?? data.test.imageFolder?.directory,
      // Of data that name their parts the one to learn from is trained on.
      data.test.packedPictures?.data.roles.contains(.train) != true,
      let trained = realPath(URL(fileURLWithPath: path, isDirectory: true)), let scored = realPath(test),
      (scored + "/").hasPrefix(trained + "/") || (trained + "/").hasPrefix(scored + "/")
    else { return nil }
    return
      "pictures to score on lie in the folder that is trained on (data.path), without their labels: the student will have seen them"
  }
}

extension BackendError {
  static func noLabelledData(_ session: String) -> BackendError {
    BackendError(
      "session \(session) has no labelled data: give evals.data.path, a folder of class directories, or evals.data.train_path and "
        + "evals.data.test_path, two of them.")
  }
}

/// What is to be said of a folder of training pictures; nil where nothing is.
struct TrainingDataNotes {
  let text: String
  let isWorrying: Bool

  init?(_ source: any PictureSource) {
    let left = source.leftOut
    let parts = (source as? ImageFolderSource)?.parts ?? []
    guard !left.isEmpty || !parts.isEmpty else { return nil }
    var clauses = ["\(source.count) training pictures in \(source.name)"]
    if !parts.isEmpty {
      clauses.append(
        "all of its parts are trained on: " + parts.map { "\($0.path) (\($0.count))" }.joined(separator: ", "))
    }
    if !left.isEmpty { clauses.append("left out: " + left.words.joined(separator: "; ")) }
    text = clauses.joined(separator: "; ")
    isWorrying = left.isWorrying
  }
}
