import Canvas
import RunEvents
import Testing
import Workbench

/// Lines of the log are read to their ends, with the time of day.
@Suite struct LogViewTests {
  private static let noon = 1_732_536_000.0

  private func state(_ texts: [String], at times: [Double] = []) -> WorkbenchState {
    var state = SampleRun.state(steps: 3, options: WorkbenchOptions(utcOffset: 3600))
    for (index, text) in texts.enumerated() {
      let wall = times.indices.contains(index) ? times[index] : Self.noon + Double(index)
      _ = reduce(into: &state, action: .tick(Double(index), wall: wall))
      state.receive(.message(RunMessage(level: .warning, step: index, text: text)))
    }
    state.show(.log)
    return state
  }

  private func screen(_ state: WorkbenchState, _ width: Int = 80, _ height: Int = 24) -> String {
    renderWorkbench(state, width: width, height: height, glyphs: .ascii).textSnapshot()
  }

  private func long(_ number: Int) -> String {
    "line \(number) " + (0..<30).map { "word\($0)" }.joined(separator: " ") + " /a/folder/"
      + String(repeating: "deeper", count: 20) + "/end\(number)."
  }

  @Test func aLongLineIsWholeAndHasItsTime() {
    let text = screen(state([long(1)]))
    #expect(text.contains("13:00:00") && text.contains("word29") && text.contains("/end1."), "\(text)")
  }

  @Test func linesOfSeveralDaysHaveTheirDate() {
    let text = screen(state(["old", "new"], at: [Self.noon, Self.noon + 86_400]))
    #expect(text.contains("11-25 13:00:00") && text.contains("11-26 13:00:00"), "\(text)")
  }

  @Test func eventsOfTheStoreHaveTheTimeOfTheirRecording() {
    var state = SampleRun.state(steps: 3, options: WorkbenchOptions(loadsHistory: true))
    let history = RunHistory(
      reference: RunReference(session: SampleRun.description.session, run: SampleRun.description.run), state: .running,
      totalSteps: 3000, metrics: MetricHistory(), guidance: "dino",
      events: [.message(RunMessage(level: .info, step: 1, text: "told before"))], eventTimes: [Self.noon])
    var started = WorkbenchState(options: WorkbenchOptions(loadsHistory: true))
    started.receive(.started(SampleRun.description))
    _ = reduce(into: &started, action: .history(history, for: .run(history.reference)))
    state = started
    state.show(.log)
    #expect(screen(state).contains("12:00:00") && screen(state).contains("told before"), "\(screen(state))")
  }

  /// Row by row, and by pages, every row comes to the screen, whatever the size; at the top the first line begins.
  @Test(arguments: [(60, 16), (80, 24), (120, 40)]) func everyRowIsReached(width: Int, height: Int) {
    for key in [Key.up, .pageUp] {
      var state = state((0..<12).map(long))
      _ = reduce(into: &state, action: .resize(width: width, height: height))
      // Without the frame and the blanks, what was broken between rows stands together again.
      func joined() -> String {
        screen(state, width, height).split(separator: "\n").map { $0.filter { $0 != "|" && $0 != " " } }.joined()
      }
      #expect(joined().contains("/end11."))
      var seen: Set<String> = []
      for _ in 0..<320 where seen.count < 24 {
        let text = joined()
        for index in 0..<12 where text.contains("/end\(index).") { seen.insert("end\(index)") }
        for index in 0..<12 where text.contains("line\(index)word0") { seen.insert("start\(index)") }
        state.press(key)
      }
      #expect(seen.count == 24, "\(key): \(seen.sorted())")
      #expect(screen(state, width, height).contains("line 0 word0"))
      state.press(.home)
      #expect(screen(state, width, height).contains("line 0 word0"))
      // One more line was told before.
      state.press(.down, .down, .down)
      #expect(!screen(state, width, height).contains("line 0 word0"))
      state.press(.end)
      #expect(joined().contains("/end11.") && screen(state, width, height).contains(" end "))
    }
  }
}
