import Canvas
import Measures
import RunEvents
import Testing
import Workbench

/// What a constant prediction would score stands beside the student's in the panes of loss and cosines.
@Suite struct ConstantLineTests {
  private static let constant = Metric(key: "loss" + Metric.constantSuffix, name: "loss of the mean")

  private func screen(_ value: Double?, keys: [Key] = [], width: Int = 120) -> String {
    var state = SampleRun.state(steps: 0)
    for index in 1...400 {
      var step = SampleRun.step(index)
      if let value { step.values[Self.constant] = value }
      state.receive(.step(step))
    }
    for key in keys { state.press(key) }
    return renderWorkbench(state, width: width, height: 40, glyphs: .braille).textSnapshot()
  }

  /// Lines of dots that are full from side to side of a pane: a curve that does not move.
  private func flatLines(_ screen: String) -> Int {
    screen.split(separator: "\n").count { line in
      line.contains(String(repeating: "⠤", count: 20)) || line.contains(String(repeating: "⠒", count: 20))
        || line.contains(String(repeating: "⠉", count: 20)) || line.contains(String(repeating: "⣀", count: 20))
    }
  }

  @Test(arguments: [[], [Key.character("2"), .enter]])
  func lineStandsWhereTheConstantIs(keys: [Key]) {
    let (with, without) = (screen(-0.31, keys: keys), screen(nil, keys: keys))
    #expect(with.contains("mean -0.3100") && !without.contains("mean -0"))
    #expect(flatLines(with) == flatLines(without) + 1)
  }

  @Test func missingNumberIsNoLine() {
    #expect(!screen(.nan).contains("mean nan"))
  }
}
