/// What may change between two steps of a run. A change is no part of ``TrainerState``: whoever resumes a run makes it
/// again before the next step.
extension Trainer {
  /// From the next step on the schedule's rate is multiplied by this.
  package func setLearningRateScale(_ scale: Double) { settings.learningRateScale = scale }

  /// From the next step on the gradient's global norm is at most this; 0 leaves it as it is.
  package func setGradientClip(_ norm: Float) { settings.gradientClip = norm }

  /// From the next step on the loss counts other tokens, or is another one.
  package func setObjective(_ objective: Objective) { settings.objective = objective }

  /// From the next step on masks are drawn by another generator.
  /// - Throws: where its grid is not the student's.
  package func setMasks(_ masks: MaskGenerator) throws {
    guard masks.rows == self.masks.rows, masks.columns == self.masks.columns else {
      throw TrainerError.maskGrid(
        mask: [masks.rows, masks.columns], student: [self.masks.rows, self.masks.columns])
    }
    self.masks = masks
  }
}
