import Sessions
import Testing
import TrainingBackend

/// A run whose steps are the teacher's for the most part says once what would make them faster.
@Suite struct TeacherCacheHintTests {
  private func hint(_ yaml: String = "", share: Double = 0.75, epochs: Double = 60) throws -> TeacherCacheHint? {
    TeacherCacheHint(
      try SessionFile(yaml: yaml, file: "x.yaml"), share: share, valuesPerCrop: 1000, pictures: 500, epochs: epochs)
  }

  @Test func itSaysWhatItCostsAndBrings() throws {
    let hint = try #require(try hint())
    #expect(hint.crops == 8 && hint.bytes == 16_000_000)
    #expect(
      hint.text
        == "the teacher is 75% of a step, engine.teacher_cache would save it: true with data.augmentation.crops: 8 "
        + "computes each crop once (16.0 MB on disk) and makes every step after the first 8 epochs about 4.0 times as fast"
    )
    let given = try #require(try self.hint("data: {augmentation: {crops: 1}}"))
    #expect(given.crops == 1 && given.text.contains("save it: true computes each crop once"))
  }

  @Test func nothingIsSaidWhereItWouldNotHelp() throws {
    #expect(try hint(share: 0.4) == nil)
    // No crop would come again, or all the same one.
    #expect(try hint(epochs: 1) == nil && hint(epochs: 3) == nil)
    #expect(try hint("engine: {teacher_cache: true}\ndata: {augmentation: {crops: 2}}") == nil)
    #expect(try hint("data: {augmentation: {crops: 50}}") == nil)
  }

  /// The first steps are left out of account; a median forgets what is rare.
  @Test func theShareIsToldOnceAfterSomeSteps() {
    var watch = TeacherCacheWatch(isOver: false)
    let told = (0..<100).compactMap { step in
      watch.take(teacher: step < 5 || step == 10 ? 0 : 3, step: 4).map { (step, $0) }
    }
    #expect(told.count == 1 && told[0] == (24, 0.75))
    var over = TeacherCacheWatch(isOver: true)
    #expect((0..<100).allSatisfy { _ in over.take(teacher: 3, step: 4) == nil })
  }
}
