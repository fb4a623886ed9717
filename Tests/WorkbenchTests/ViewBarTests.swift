import Canvas
import RunEvents
import Testing
import Workbench

/// The lowest line: the views by name, and whole facts beside them.
@Suite struct ViewBarTests {
  private func line(_ state: WorkbenchState, _ width: Int, glyphs: GlyphLevel = .braille) -> String {
    let canvas = renderWorkbench(state, width: width, height: 24, glyphs: glyphs)
    return canvas.row(canvas.height - 1).map(\.text).joined()
  }

  /// Without any colour the brackets are there.
  @Test func everyViewIsNamedAndTheCurrentOneMarkedAtEveryWidth() {
    for (index, view) in WorkbenchView.numbered.enumerated() {
      var state = SampleRun.state(steps: 10)
      state.show(view)
      for width in 60...200 {
        let text = line(state, width, glyphs: width % 2 == 0 ? .braille : .ascii)
        #expect(text.count == width, "\(width): \(text)")
        for (number, other) in WorkbenchView.numbered.enumerated() {
          #expect(text.contains("\(number + 1)"), "\(width): \(text)")
          let name = width >= 80 ? other.rawValue : String(other.rawValue.prefix(3))
          #expect(text.contains(name), "\(other) in \(width): \(text)")
        }
        #expect(text.contains("[\(index + 1)"), "\(width): \(text)")
        #expect(text.count { $0 == "[" } == 1 && text.count { $0 == "]" } == 1, "\(text)")
      }
    }
  }

  @Test func theHelpIsMarkedWhileItIsShown() {
    var state = SampleRun.state(steps: 10)
    state.press(.character("?"))
    #expect(line(state, 80).contains("[? help]"))
  }

  @Test func aNoticeStandsWholeBesideTheCurrentView() {
    var state = SampleRun.state(steps: 10)
    state.show(.curves)
    state.press(.character("s"))
    #expect(line(state, 80).hasPrefix("[2 curves]") || line(state, 80).contains("[2 curves]"))
    #expect(line(state, 80).contains("smoothing"))
    state.press(.character("n"))
    let text = line(state, 80)
    #expect(text.contains("n trains one step of a paused run: press p first") && text.contains("[2 curves]"), "\(text)")
  }

  /// A fact is there as a whole or not at all; what matters least goes first.
  @Test func noFactIsCut() {
    var options = WorkbenchOptions()
    options.attachment = "attached to process 4711"
    let state = SampleRun.state(steps: 10, options: options)
    var before = 0
    for width in 60...220 {
      let text = line(state, width)
      #expect(!text.contains("\u{2026}"), "\(text)")
      #expect(text.contains("attached to process 4711"), "\(width): \(text)")
      let facts = text.split(separator: "·").count
      // Up to there longer names of the views come in between.
      #expect(facts >= before || width <= 106, "\(width): \(text)")
      before = facts
    }
    #expect(line(state, 220).contains("OpenBLAS") && !line(state, 120).contains("OpenBLAS"))
  }
}
