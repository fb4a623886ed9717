import Recipe

/// What takes values of the session between two steps. A change is no part of the saved state: whoever resumes a run
/// makes it again before the next step.
package protocol LiveValues: AnyObject {
  /// Keys of the session that it takes (`mask.masked`).
  var liveKeys: Set<String> { get }
  /// Those among them after whose change the loss is another quantity, which no trend of before says anything about.
  var lossKeys: Set<String> { get }

  /// From the next step on these values hold; those that the task does not know are passed over.
  ///
  /// - Throws: where a value does not fit.
  func apply(_ values: LiveRecipe) throws
}

/// Values of a session that may change between two steps.
package struct LiveRecipe: Codable, Equatable, Sendable {
  /// Factor on the learning rate of every step.
  package var learningRateScale: Double
  /// Largest global L2 norm of the gradient; 0 leaves it as it is.
  package var gradientClip: Float
  /// Masked patches of a picture, and patches of the smallest block.
  package var maskedPatches: Int
  package var minimumBlock: Int
  /// Tokens that the loss counts.
  package var lossTokens: LossTokens
  /// What the loss of each guidance weighs in a mixture, by name.
  package var shares: [String: Float]

  package init(
    learningRateScale: Double, gradientClip: Float, maskedPatches: Int, minimumBlock: Int, lossTokens: LossTokens,
    shares: [String: Float] = [:]
  ) {
    self.learningRateScale = learningRateScale
    self.gradientClip = gradientClip
    self.maskedPatches = maskedPatches
    self.minimumBlock = minimumBlock
    self.lossTokens = lossTokens
    self.shares = shares
  }
}
