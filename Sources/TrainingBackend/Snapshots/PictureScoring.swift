import RunEvents

/// Scores of the preview set that are being made, some pictures a turn, so that steps go on between them.
package struct PictureScoring {
  /// Time that the pictures of one turn may take; a turn scores one at the least.
  private static let slice = Duration.milliseconds(20)

  package let guidance: String
  private let step: Int
  private let count: Int
  private var cosines: [Float] = []
  private var spent = Duration.zero

  /// - Parameter count: pictures of the preview set.
  package init(step: Int, guidance: String, count: Int) {
    self.step = step
    self.guidance = guidance
    self.count = min(count, PictureScores.mostPictures)
  }

  /// Scores the next pictures.
  /// - Parameters:
  ///   - step: at which that is done.
  ///   - cosine: of a picture, by its place.
  /// - Returns: the scores, with the last of them.
  package mutating func advance(step: Int, cosine: (Int) -> Float) -> PictureScores? {
    let start = ContinuousClock.now
    while cosines.count < count {
      cosines.append(cosine(cosines.count))
      if ContinuousClock.now - start >= Self.slice { break }
    }
    spent += ContinuousClock.now - start
    guard cosines.count == count else { return nil }
    return PictureScores(
      step: self.step, lastStep: step, guidance: guidance, cosines: cosines, seconds: spent / .seconds(1))
  }
}

extension RunEngine {
  /// Answers ``RunCommand/scorePictures``, with the last scores where the budget allows no new ones.
  func scorePictures() {
    guard let pictures = task.pictures else { return refuse("has no pictures to score: it masks nothing") }
    let guidance = task.targets?.currentTarget ?? ""
    if let scores, scores.guidance == guidance, !scorings.isOpen, state == .running { return emit(.scores(scores)) }
    guard scoring?.guidance != guidance else { return }
    scoring = PictureScoring(step: task.completedSteps, guidance: guidance, count: pictures.previewCount)
  }

  /// The next pictures of the scores that were asked for, if any were. Those of a guidance that was switched away from
  /// begin anew.
  func advanceScoring() {
    guard var begun = scoring, let pictures = task.pictures else { return }
    scoring = nil
    guard begun.guidance == task.targets?.currentTarget ?? "" else { return scorePictures() }
    guard
      let seen = begun.advance(
        step: task.completedSteps, cosine: { preview(of: $0, in: pictures).maskedCosine })
    else {
      scoring = begun
      return
    }
    scores = seen
    scorings.spent(seen.seconds, isFree: state != .running)
    emit(.scores(seen))
  }
}
