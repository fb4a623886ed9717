import Tasks

/// The task whose step a benchmark measures.
package enum BenchmarkTask: String, CaseIterable, Codable, Sendable {
  case pretrain, finetune, segment
}

/// A task that is measured, and what of it a report says beside its steps.
struct MeasuredTask {
  let task: any TrainingTask
  /// Of the model that learns, those of its head included.
  let parameters: Int
  /// Those of them that learn.
  let learned: Int
  /// Of frozen teachers.
  var teacher = 0
  /// What was found in the folder of pictures and left out, one text a reason.
  var leftOut: [String] = []
}

extension BenchmarkTask {
  /// Times of a step that there are, by the metric that has them.
  var phases: [String] {
    switch self {
    case .pretrain: ["data", "teacher", "forward", "backward", "optimizer"]
    case .finetune, .segment: ["data", "forward", "backward", "optimizer"]
    }
  }
}
