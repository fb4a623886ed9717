import Tasks

/// The task whose step a benchmark measures.
package enum BenchmarkTask: String, CaseIterable, Codable, Sendable {
  case pretrain, finetune
}

/// A task that is measured, and what of it a report says beside its steps.
struct MeasuredTask {
  let task: any TrainingTask
  let trainedParameters: Int
  let frozenParameters: Int
  /// What was found in the folder of pictures and left out, one text a reason.
  let leftOut: [String]
}

extension BenchmarkTask {
  /// Times of a step that there are, by the metric that has them.
  var phases: [String] {
    switch self {
    case .pretrain: ["data", "teacher", "forward", "backward", "optimizer"]
    case .finetune: ["data", "forward", "backward", "optimizer"]
    }
  }
}
