import Canvas
import Measures
import RunEvents
import Testing
import Workbench

@Suite struct LongRunTests {
  /// 100,000 steps: the same picture of the whole run as of a short one, in bounded memory.
  @Test func hundredThousandSteps() {
    var description = SampleRun.description
    description.totalSteps = 100_000
    var state = WorkbenchState()
    state.receive(.started(description))
    for index in 1...100_000 {
      var metrics = SampleRun.step(index / 40 + 1)
      metrics.step = index
      metrics.totalSteps = 100_000
      state.receive(.step(metrics))
    }
    #expect(state.watched.history[.loss].count == 100_000)
    #expect(state.watched.history[.loss].buckets.count <= 2048)
    Snapshots.check("long-run", state, width: 120, height: 40)
    let clock = ContinuousClock()
    let frames = 20
    let time = clock.measure {
      for _ in 0..<frames { _ = renderWorkbench(state, width: 120, height: 40, glyphs: .braille) }
    }
    // Generous: this also runs without optimisation and beside other tests.
    #expect(time / frames < .milliseconds(200))
    print("one frame of 100,000 steps at 120x40: \(time / frames)")
  }
}
