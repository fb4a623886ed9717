import Plotting
import Testing

@Suite struct StepRangeTests {
  @Test func rangeOfStepsRarelyChanges() {
    var uppers: Set<Double> = []
    for step in 0...3000 {
      let bounds = StepRange.soFar.bounds(step: step, total: 3000)
      #expect(bounds.lowerBound == 0 && bounds.upperBound >= Double(step))
      uppers.insert(bounds.upperBound)
    }
    #expect(uppers.count <= 9)
    #expect(StepRange.soFar.bounds(step: 2000, total: 3000) == 0...3000)
    #expect(StepRange.wholeRun.bounds(step: 1, total: 3000) == 0...3000)
    #expect(StepRange.soFar.bounds(step: 100, total: 0) == 0...128)
    #expect(StepRange.wholeRun.bounds(step: 3500, total: 3000) == 0...3500)
    #expect(StepRange.soFar.bounds(step: -5, total: -5) == 0...64)
  }
}
