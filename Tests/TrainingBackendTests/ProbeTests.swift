import Foundation
import Measures
import RunEvents
import Testing
import TrainingBackend

/// What front ends ask about the pictures of the preview set.
@Suite struct ProbeTests {
  @Test func attentionAndScoresAreAnswered() throws {
    let small = try SmallRun(extra: "preview: {count: 3}")
    let events = try small.run { event in
      guard case .step(let metrics) = event else { return [] }
      if metrics.step == 6 { return [.scorePictures] }
      guard metrics.step == 3 else { return [] }
      return [
        .attend(AttentionQuery(index: 1, patch: 5, block: 1, head: 1)),
        .attend(AttentionQuery(index: 0, teacher: "clip")), .attend(AttentionQuery(index: 0, teacher: "nobody")),
        .scorePictures, .scorePictures,
      ]
    }
    let attentions = events.compactMap { if case .attention(let attention) = $0 { attention } else { nil } }
    #expect(attentions.count == 3)
    let first = try #require(attentions.first)
    #expect(first.answers(AttentionQuery(index: 1, patch: 5, block: 1, head: 1)) && first.step >= 3)
    #expect(!first.answers(AttentionQuery(index: 1, patch: 6, block: 1, head: 1)))
    #expect(first.patches.count == 64 && abs(first.patches.reduce(first.cls, +) - 1) < 1e-4)
    #expect(attentions[1].query.teacher == "clip" && attentions[1].problem == nil && attentions[1].patches.count == 64)
    #expect(attentions[2].problem?.contains("nobody") == true && attentions[2].patches.isEmpty)
    let scores = events.compactMap { if case .scores(let scores) = $0 { scores } else { nil } }
    try #require(scores.count == 2, "the second question came while the first was being answered")
    #expect(scores[0].cosines.count == 3 && scores[0].cosines.allSatisfy(\.isFinite))
    #expect(scores[0].step >= 3 && scores[0].lastStep >= scores[0].step)
    #expect(scores[0] == scores[1], "the third comes too soon for new ones")
  }

  /// A picture that takes long has a turn of its own, so that steps go on.
  @Test func picturesAreScoredInSlices() throws {
    var scoring = PictureScoring(step: 4, guidance: "clip", count: 3)
    func slow(_ picture: Int) -> Float {
      Thread.sleep(forTimeInterval: 0.025)
      return Float(picture)
    }
    let answers = (4...6).map { scoring.advance(step: $0, cosine: slow) }
    #expect(answers[0] == nil && answers[1] == nil)
    let scores = try #require(answers[2])
    #expect(scores.cosines == [0, 1, 2] && scores.step == 4 && scores.lastStep == 6)
    #expect((0.07...60).contains(scores.seconds))
    var none = PictureScoring(step: 4, guidance: "clip", count: 0)
    let nothing = none.advance(step: 4, cosine: slow)
    #expect(nothing?.cosines == [])
  }

  @Test func scoresOfWhatWasKept() {
    func kept(_ index: Int, _ cosine: [Float]) -> PictureSnapshot {
      let preview = MaskPreview(
        step: 7, index: index, name: "", guidance: "clip", width: 0, height: 0, rgb: .init(), gridRows: 1,
        gridColumns: 3, mask: [true, false, true], cosine: cosine)
      let inspection = PatchInspection(
        step: 7, index: index, guidance: "clip", gridRows: 1, gridColumns: 3, teachers: [], prediction: .init(),
        student: .init(), studentExplained: 0, attention: [], objective: "cosine", loss: [], maskFrequency: [],
        maskCount: 0, seconds: 0)
      return PictureSnapshot(preview: preview, inspection: inspection)
    }
    let scores = PictureScores([kept(0, [0.5, 0.9, 0.25]), kept(2, [.nan, 0.9, 0.75]), kept(3, [])])
    #expect(scores.step == 7 && scores.cosines.count == 4)
    #expect(scores.cosines[0] == 0.375 && scores.cosines[2] == 0.75)
    #expect(scores.cosines[1].isNaN && scores.cosines[3].isNaN)
  }
}
