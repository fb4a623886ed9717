import RunEvents
import Testing
import Workbench

/// The config view says what the learning rate really peaks at, also after it was scaled.
@Suite struct PeakRateTests {
  private func state(peakRate: Double?) -> WorkbenchState {
    var state = WorkbenchState()
    for event in SampleRun.events() {
      guard case .started(var description) = event else { continue }
      description.peakRate = peakRate
      description.configuration = [
        ConfigurationValue(key: "optimizer.learning_rate", value: "0.0015"),
        ConfigurationValue(key: "optimizer.learning_rate_scale", value: "2"),
      ]
      state.receive(.started(description))
    }
    state.show(.config)
    return state
  }

  private func text(_ state: WorkbenchState) -> String {
    renderWorkbench(state, width: 120, height: 40, glyphs: .ascii).textSnapshot()
  }

  @Test func itStandsBesideTheWrittenRate() {
    var state = state(peakRate: 2.34e-5)
    #expect(text(state).contains("0.0015  (peaks at 2.34e-5)"))
    state.receive(.setting(SettingChange(step: 1, key: "optimizer.learning_rate_scale", from: "2", to: "1")))
    #expect(text(state).contains("(peaks at 1.17e-5)"))
  }

  @Test func aRunThatDoesNotTellShowsTheWrittenRateAlone() {
    let shown = text(state(peakRate: nil))
    #expect(shown.contains("0.0015") && !shown.contains("peaks at"))
  }
}
