import Canvas
import Foundation
import RunEvents
import Testing
import Workbench

/// The mask view of a run whose targets are shown as signs, whatever they tell.
@Suite struct SignTests {
  private static let preview: MaskPreview = {
    var preview = SampleRun.preview
    let count = preview.gridRows * preview.gridColumns
    preview.signs = PatchSigns(
      what: "edges", names: ["none", "level", "rising", "upright", "falling"], signs: ["·", "─", "╱", "│", "╲"],
      plainSigns: [".", "-", "/", "|", "\\"], target: Data((0..<count).map { UInt8($0 % 5) }),
      prediction: Data((0..<count).map { UInt8($0 % 3) }))
    return preview
  }()

  private func state(_ preview: MaskPreview = Self.preview) -> WorkbenchState {
    var state = SampleRun.state()
    state.receive(.preview(preview))
    state.show(.mask)
    return state
  }

  @Test func targetStandsBesidePrediction() {
    Snapshots.check("mask-signs", state(), width: 120, height: 40)
    let screen = renderWorkbench(state(), width: 200, height: 60, glyphs: .braille).textSnapshot()
    for text in [" edges ", "edges told", "╱", "╲", "│"] { #expect(screen.contains(text), "\(text)") }
    let plain = renderWorkbench(state(), width: 200, height: 60, glyphs: .ascii).textSnapshot()
    #expect(!plain.contains("╱") && !plain.contains("╲") && plain.contains("\\"))
    let without = renderWorkbench(state(SampleRun.preview), width: 200, height: 60, glyphs: .braille).textSnapshot()
    #expect(!without.contains("edges"))
  }

  /// What a run of another program says is drawn as far as it makes sense.
  @Test func strangeSignsDoNoHarm() {
    var strange = Self.preview
    strange.signs?.target = Data([1, 2])
    #expect(renderWorkbench(state(strange), width: 200, height: 60, glyphs: .braille).textSnapshot().contains("edges"))
    strange = Self.preview
    strange.signs?.signs = ["", "wide", "\u{1b}[2J", "│", "x"]
    strange.signs?.prediction = Data(repeating: 250, count: strange.gridRows * strange.gridColumns)
    let screen = renderWorkbench(state(strange), width: 200, height: 60, glyphs: .braille).textSnapshot()
    #expect(!screen.contains("wide") && !screen.contains("\u{1b}"))
  }

  @Test func signsSurviveJSON() throws {
    let event = RunEvent.preview(Self.preview)
    #expect(try RunEventCoder.event(line: RunEventCoder.line(event)) == event)
  }
}
