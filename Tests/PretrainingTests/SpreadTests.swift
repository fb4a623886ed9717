import ArrayDifference
import Pretraining
import Testing

@Suite struct SpreadTests {
  /// Looking at the features changes nothing of the run.
  @Test func lookingDoesNotTrain() throws {
    let looked = try TinyRun().trainer()
    let plain = try TinyRun().trainer()
    for _ in 0..<3 {
      let found = looked.featureSpread()
      #expect((found?.pictures ?? 0) > 1)
      #expect(try looked.applied().loss == plain.applied().loss)
    }
    #expect(difference(looked.everything, plain.everything) == nil)
  }
}
