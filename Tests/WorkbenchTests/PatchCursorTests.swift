import Canvas
import Foundation
import Measures
import RunEvents
import Testing
import Workbench

/// A patch is marked, and teachers and student show what is like it.
@Suite struct PatchCursorTests {
  private static let inspection: PatchInspection = {
    var seen = ProbeTests.inspection
    let patches = 64
    let cosines = (0..<(patches * patches)).map { place -> Float in
      place / patches == place % patches ? 1 : place / patches / 8 == place % patches / 8 ? 0.73 : -0.2
    }
    let bytes = PatchSimilarity(cosines: cosines, patches: patches).map { Data($0.bytes) }
    seen.studentSimilarity = bytes
    for index in seen.teachers.indices { seen.teachers[index].similarity = bytes }
    return seen
  }()

  private func state(_ inspection: PatchInspection = inspection) -> WorkbenchState {
    var state = SampleRun.state()
    state.show(.mask)
    state.receive(.preview(SampleRun.preview))
    state.receive(.inspection(inspection))
    return state
  }

  private func text(_ state: WorkbenchState, _ width: Int = 120, _ height: Int = 40) -> String {
    renderWorkbench(state, width: width, height: height, glyphs: .braille).textSnapshot()
  }

  @Test func arrowsMarkAPatchAndEscapeUnmarksIt() {
    var state = state()
    #expect(!text(state).contains("like"))
    state.press(.right)
    #expect(text(state).contains("CLIP like 5,5") && text(state).contains("student like 5,5"))
    #expect(text(state).contains("patch 5,5") && text(state).contains("["))
    // Patches of one row are alike, those of others are not.
    #expect(text(state, 200, 60).contains("73") && text(state, 200, 60).contains(" -"))
    state.press(.up, .left, .left)
    #expect(text(state).contains("DINO like 4,3"))
    for _ in 0..<20 { state.press(.down, .right) }
    #expect(text(state).contains("like 8,8"), "the edge ends it")
    state.press(.escape)
    #expect(!text(state).contains("like") && state.screen.view == .mask)
  }

  @Test func whatIsNotToldIsExplained() {
    var without = state(ProbeTests.inspection)
    without.press(.right)
    #expect(text(without).contains("256 at most"))
    #expect(Self.inspection.withoutSimilarities == ProbeTests.inspection)
  }

  @Test func smallScreensHavePages() {
    var state = state()
    _ = reduce(into: &state, action: .resize(width: 80, height: 24))
    var pages: [String] = []
    for _ in 0..<5 {
      pages.append(text(state, 80, 24))
      state.press(.pageDown)
    }
    #expect(pages[0].contains("picture") && !pages[0].contains("masked %"))
    #expect(pages.contains { $0.contains("masked %") })
    #expect(pages[4].contains("now - earlier"), "the last page stays")
    for _ in 0..<5 { state.press(.pageUp) }
    #expect(text(state, 80, 24) == pages[0])
  }

  /// Pictures are twice as many columns wide as rows high, at every size.
  @Test func picturesKeepTheirShape() throws {
    for (width, height) in [(60, 16), (80, 24), (100, 30), (120, 40), (133, 37), (200, 60)] {
      var state = SampleRun.state(options: WorkbenchOptions(showsPictureColors: true, canShowPixels: true))
      _ = reduce(into: &state, action: .resize(width: width, height: height))
      state.show(.mask)
      state.receive(.preview(SampleRun.preview))
      state.receive(.inspection(Self.inspection))
      let canvas = renderWorkbench(state, width: width, height: height, glyphs: .braille)
      for placed in canvas.pictures {
        #expect(placed.rect.width == 2 * placed.rect.height, "\(placed.rect) in \(width)x\(height)")
        #expect(placed.rect.height >= 8)
      }
      #expect(!canvas.pictures.isEmpty)
    }
  }
}
