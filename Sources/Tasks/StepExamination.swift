import Tensors

/// A step made again without being applied, examined stage by stage.
package struct StepExamination: Codable, Equatable, Sendable {
  /// Values that came about together.
  package struct Stage: Codable, Equatable, Sendable {
    /// `weights`, `moments`, `pictures`, `teacher NAME`, `student`, `predictions`, `loss` or `gradients`.
    package var part: String
    /// Of the part: a block, a tensor, or "".
    package var name: String
    /// Micro-batch, from 0 on; nil for what belongs to the whole step.
    package var batch: Int?
    /// nil: all are finite.
    package var notFinite: NonFiniteValues?
    /// Picture that the first value which is not finite belongs to, where it belongs to one.
    package var picture: String?

    package init(
      part: String, name: String, batch: Int? = nil, notFinite: NonFiniteValues? = nil, picture: String? = nil
    ) {
      self.part = part
      self.name = name
      self.batch = batch
      self.notFinite = notFinite
      self.picture = picture
    }

    enum CodingKeys: String, CodingKey {
      case part, name, batch, picture
      case notFinite = "not_finite"
    }
  }

  /// In the order in which they came about.
  package var stages: [Stage] = []
  /// Of the last micro-batch that was reached.
  package var loss: Double?
  /// nil where a loss was not finite.
  package var gradientNorm: Double?

  package init() {}

  /// Where the first value that is not finite appears.
  package var first: Stage? { stages.first { $0.notFinite != nil } }
  package var isFinite: Bool { first == nil && loss?.isFinite ?? true && gradientNorm?.isFinite ?? true }

  enum CodingKeys: String, CodingKey {
    case stages, loss
    case gradientNorm = "gradient_norm"
  }
}
