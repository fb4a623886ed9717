import Canvas
import RunEvents

extension RunView {
  /// What a kind of evaluation says of itself: by the run's program, or else by this one. A kind that neither describes
  /// has its name and no options.
  func evaluation(_ kind: String) -> EvaluationDescription {
    let described = (run?.evaluations ?? []) + options.evaluations
    return described.named(kind) ?? EvaluationDescription(kind: kind, title: kind)
  }

  /// What an evaluation is called on the screen.
  func evalName(_ kind: String) -> String { sanitised(evaluation(kind).title) }

  /// The same in a narrow column.
  func shortEvalName(_ kind: String) -> String {
    let description = evaluation(kind)
    return sanitised(description.shortTitle ?? description.title)
  }
}
