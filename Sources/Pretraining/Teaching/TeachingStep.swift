import Datasets
import Measures

/// What one step of a teacher's own training measured.
package struct TeachingMetrics: Equatable, Sendable {
  /// 1-based number of the step.
  package var step: Int
  /// By the recipe's ``TeachingRecipe/metrics``.
  package var values: MetricValues
  /// Pictures of this step that could not be decoded.
  package var skipped: [SkippedPicture]

  package var loss: Double { values[.loss] ?? .nan }
}

/// What keeps a teacher from being trained, in one sentence.
package enum TeachingError: Error, Equatable, CustomStringConvertible {
  case noCaptions(source: String)
  case localSize(local: Int, global: Int, patch: Int)
  case tokenSize(image: Int, stride: Int)
  case noFeatures(String)
  case grid(teacher: String, rows: Int, tokenizer: Int)
  case size(teacher: String, pixels: Int, tokenizer: Int)

  package var description: String {
    switch self {
    case .noCaptions(let source):
      "\(source) has no captions, which CLIP learns from: put a NAME.txt beside every picture."
    case .localSize(let local, let global, let patch):
      "Local crops of \(local) px do not fit global ones of \(global) px with patches of \(patch) px: choose a size whose grid "
        + "divides the other."
    case .tokenSize(let image, let stride):
      "Pictures of \(image) px have no whole number of codes of \(stride) px: choose a size that \(stride) divides."
    case .noFeatures(let task):
      "task \(task) trains a tokenizer, which has no features to judge: leave the evaluation out."
    case .grid(let teacher, let rows, let tokenizer):
      "Teacher \(teacher) has \(rows) patches along a side and the tokenizer \(tokenizer): open the teacher for a grid of "
        + "\(tokenizer)."
    case .size(let teacher, let pixels, let tokenizer):
      "Teacher \(teacher) sees pictures of \(pixels) px and the tokenizer of \(tokenizer): open the teacher for \(tokenizer) px."
    }
  }
}
