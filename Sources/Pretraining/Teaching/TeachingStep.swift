import Datasets
import Measures
import Recipe

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
  case localSize(local: PlaneSize, global: PlaneSize, patch: Int)
  case tokenSize(image: PlaneSize, stride: Int)
  case noFeatures(String)
  case grid(teacher: String, patches: PlaneSize, tokenizer: PlaneSize)
  case size(teacher: String, pixels: PlaneSize, tokenizer: PlaneSize)

  package var description: String {
    switch self {
    case .noCaptions(let source):
      "\(source) has no captions, which CLIP learns from: put a NAME.txt beside every picture."
    case .localSize(let local, let global, let patch):
      "Local crops of \(local) px do not fit global ones of \(global) px with patches of \(patch) px: choose a size that patches "
        + "divide, no larger than the other."
    case .tokenSize(let image, let stride):
      "Pictures of \(image) px have no whole number of codes of \(stride) px: choose a size that \(stride) divides."
    case .noFeatures(let task):
      "task \(task) trains a tokenizer, which has no features to judge: leave the evaluation out."
    case .grid(let teacher, let patches, let tokenizer):
      "Teacher \(teacher) has \(patches.sides) patches and the tokenizer \(tokenizer.sides): open the teacher for a grid of "
        + "\(tokenizer.sides)."
    case .size(let teacher, let pixels, let tokenizer):
      "Teacher \(teacher) sees pictures of \(pixels) px and the tokenizer of \(tokenizer): open the teacher for \(tokenizer) px."
    }
  }
}
