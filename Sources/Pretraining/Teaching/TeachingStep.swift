import Datasets
import Tasks

/// What one step of a teacher's own training measured.
package struct TeachingMetrics: Equatable, Sendable {
  /// 1-based number of the step.
  package var step: Int
  package var loss: Double
  package var learningRate: Double
  /// Global L2 norm of the gradient before clipping.
  package var gradientNorm: Double
  package var seconds: Double
  package var phases: TrainerPhases
  /// Pictures of this step that could not be decoded.
  package var skipped: [SkippedPicture]
  /// Further figures by name, see the recipe.
  package var details: [String: Double]
}

/// What keeps a teacher from being trained, in one sentence.
package enum TeachingError: Error, Equatable, CustomStringConvertible {
  case noCaptions(source: String)
  case localSize(local: Int, global: Int, patch: Int)

  package var description: String {
    switch self {
    case .noCaptions(let source):
      "\(source) has no captions, which CLIP learns from: put a NAME.txt beside every picture."
    case .localSize(let local, let global, let patch):
      "Local crops of \(local) px do not fit global ones of \(global) px with patches of \(patch) px: choose a size whose grid "
        + "divides the other."
    }
  }
}
