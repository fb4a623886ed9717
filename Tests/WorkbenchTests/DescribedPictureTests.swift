import Canvas
import Foundation
import RunEvents
import Testing
import Workbench

/// Pictures that a run makes and describes itself, as a reconstruction.
@Suite struct DescribedPictureTests {
  private static let picture = DescribedPicture(
    title: "rebuilt", brief: "predicted beside what is seen",
    help: "the prediction of masked patches beside the visible ones; the true mean is borrowed",
    rgb: Data(repeating: 200, count: SampleRun.preview.rgb.count))

  private func state(_ pictures: [DescribedPicture]?) -> WorkbenchState {
    var state = SampleRun.state()
    var preview = SampleRun.preview
    preview.pictures = pictures
    state.receive(.preview(preview))
    state.show(.mask)
    return state
  }

  private func screen(_ state: WorkbenchState) -> String {
    renderWorkbench(state, width: 160, height: 50, glyphs: .braille).textSnapshot()
  }

  @Test func panelHasTheWordsOfTheRun() {
    #expect(!screen(state(nil)).contains("rebuilt"))
    var state = state([Self.picture])
    #expect(screen(state).contains("rebuilt"))
    state.press(.character("j"))
    #expect(screen(state).contains("the true mean is borrowed"))
  }

  /// What belongs to no picture of this size is not drawn, and words of others hold no control characters.
  @Test func pictureOfAnotherSizeIsNotDrawn() {
    var odd = Self.picture
    odd.title = "re\u{1b}built"
    odd.rgb = Data([1, 2, 3])
    let text = screen(state([odd]))
    #expect(!text.contains("\u{1b}") && text.contains("computing"))
  }

  @Test func picturesSurviveJSON() throws {
    var preview = SampleRun.preview
    preview.pictures = [Self.picture]
    let event = RunEvent.preview(preview)
    #expect(try RunEventCoder.event(line: RunEventCoder.line(event)) == event)
  }
}
