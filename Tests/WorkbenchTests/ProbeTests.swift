import Canvas
import Foundation
import RunEvents
import Testing
import Workbench

/// What is asked of the engine only while someone looks.
@Suite struct ProbeTests {
  static let inspection: PatchInspection = {
    let patches = 64
    func colors(_ shift: Int) -> Data { Data((0..<(patches * 3)).map { UInt8(($0 * 3 + shift) % 256) }) }
    let ramp = (0..<patches).map { Float($0) / 63 }
    return PatchInspection(
      step: 1280, index: 2, guidance: "clip", gridRows: 8, gridColumns: 8,
      teachers: [
        .init(name: "clip", components: colors(0), explained: 0.71),
        .init(name: "dino", components: colors(90), explained: 0.64),
      ], prediction: colors(30), student: colors(60), studentExplained: 0.8, attention: ramp.map { $0 / 20 },
      objective: "mse", loss: ramp.map { $0 * 2 }, maskFrequency: ramp, maskCount: 4096, seconds: 0.02)
  }()

  static let sample = SystemSample(
    step: 1284, cores: [0.97, 0.31], processCores: 1.25, residentBytes: 312_000_000, peakBytes: 350_000_000,
    plannedBytes: 41_000_000, tensorBytes: 52_000_000, peakTensorBytes: 180_000_000, memoryBytes: 8_000_000_000,
    availableBytes: 5_000_000_000, diskFreeBytes: 20_000_000_000, diskBytes: 100_000_000_000, folder: "sessions/demo")

  private func screen(_ state: WorkbenchState, _ glyphs: GlyphLevel = .braille, width: Int = 80, height: Int = 24)
    -> String
  {
    renderWorkbench(state, width: width, height: height, glyphs: glyphs).textSnapshot()
  }

  @Test func theEngineIsAskedOnceASecondAndOnlyWhileTheViewIsShown() {
    var state = SampleRun.state(steps: 3)
    #expect(reduce(into: &state, action: .tick(1)).isEmpty)
    #expect(state.show(.system) == [.send(.sampleSystem)])
    #expect(reduce(into: &state, action: .tick(1.5)).isEmpty)
    #expect(reduce(into: &state, action: .tick(2.1)) == [.send(.sampleSystem)])
    state.show(.dashboard)
    #expect(reduce(into: &state, action: .tick(9)).isEmpty)
    state.receive(.finished(RunSummary(outcome: .finished, step: 3, seconds: 1)))
    state.show(.system)
    #expect(reduce(into: &state, action: .tick(12)).isEmpty)
  }

  /// How busy the machine was, as long as someone has looked.
  @Test func coursesOfTheMachine() {
    var state = SampleRun.state(steps: 3)
    state.show(.system)
    for second in 0..<90 {
      _ = reduce(into: &state, action: .tick(Double(second)))
      var sample = Self.sample
      sample.processCores = second < 45 ? 0.2 : 1.8
      sample.residentBytes = 100_000_000 + second * 2_000_000
      state.receive(.system(sample))
    }
    Snapshots.check("system-course", state, width: 80, height: 24)
    Snapshots.check("system-course", state, width: 120, height: 40, glyphs: .ascii)
  }

  @Test func anotherPictureIsInspectedAtOnce() {
    var state = SampleRun.state(steps: 3)
    #expect(state.show(.mask) == [.send(.inspect(index: 0))])
    #expect(state.press(.character("]")) == [.send(.showPreview(index: 1)), .send(.inspect(index: 1))])
    #expect(reduce(into: &state, action: .tick(0.2)).isEmpty)
    // Looking is no command that a person waits for.
    #expect(state.watched.pending.map(\.command) == [.showPreview(index: 1)])
  }

  @Test func aRunThatStandsStillIsInspectedOnce() {
    var state = SampleRun.state(steps: 3)
    state.receive(.state(RunStateChange(state: .paused, step: 3)))
    state.receive(.preview(SampleRun.preview))
    var seen = Self.inspection
    seen.step = 3
    seen.index = state.mask.index
    seen.guidance = state.watched.guidance
    #expect(state.show(.mask) == [.send(.inspect(index: state.mask.index))])
    state.receive(.inspection(seen))
    #expect(reduce(into: &state, action: .tick(60)).isEmpty)
    state.receive(.step(SampleRun.step(4)))
    #expect(reduce(into: &state, action: .tick(70)) == [.send(.inspect(index: state.mask.index))])
  }

  @Test func mapsOfADivergedRunAreDrawn() {
    var state = SampleRun.state(steps: 3)
    state.receive(.preview(SampleRun.preview))
    var seen = Self.inspection
    seen.loss = (0..<64).map { [Float.infinity, 1e30, .nan, -1e30][$0 % 4] }
    state.receive(.inspection(seen))
    state.show(.mask)
    for glyphs in GlyphLevel.allCases {
      #expect(!screen(state, glyphs, width: 120, height: 40).isEmpty)
    }
  }

  @Test func systemViewShowsWhatCanBeReadAndNothingElse() {
    var state = SampleRun.state()
    state.show(.system)
    #expect(screen(state).contains("asking the engine"))
    state.receive(.system(Self.sample))
    let whole = screen(state)
    for word in ["teacher", "backward", "optimiser", "97%", "planned", "disk free", "sessions/demo"] {
      #expect(whole.contains(word), "\(word)")
    }
    state.receive(.system(SystemSample(step: 1284, residentBytes: 1_000_000)))
    let partial = screen(state)
    #expect(!partial.contains("cores") && !partial.contains("disk free") && !partial.contains("machine"))
    #expect(partial.contains("process"))
    // Every phase has a letter in the bar: no colour is needed.
    #expect(partial.contains("TTTT") && partial.contains("FFFF") && partial.contains("BBBB"))
  }

  @Test func maskViewShowsEveryPanelItHasRoomFor() {
    var state = SampleRun.state()
    state.show(.mask)
    state.receive(.inspection(Self.inspection))
    state.receive(.preview(SampleRun.preview))
    let all = screen(state, width: 120, height: 40)
    for title in [
      "picture", "CLIP sees", "DINO sees", "predicted", "cosine", "loss", "student", "attention", "masked %",
    ] { #expect(all.contains(title), "\(title)") }
    // At 80x24 the rest is a key away.
    var seen = ""
    for _ in 0..<9 {
      seen += screen(state)
      state.press(.character("j"))
    }
    #expect(seen.contains("masked %") && seen.contains("loss"))
    state.press(.enter)
    #expect(state.screen.view == .mask)
    #expect(screen(state, width: 120, height: 40).components(separatedBy: "┌").count == 2)
  }

  @Test func inspectionOfAnotherPictureIsNotShownForThisOne() {
    var state = SampleRun.state()
    state.show(.mask)
    state.receive(.preview(SampleRun.preview))
    state.receive(.inspection(Self.inspection))
    #expect(!screen(state, width: 120, height: 40).contains("computing"))
    state.press(.character("]"))
    #expect(screen(state, width: 120, height: 40).contains("computing"))
  }

  @Test func damagedInspectionsAndEverySizeAreDrawn() {
    var state = SampleRun.state()
    state.show(.mask)
    state.receive(.preview(SampleRun.preview))
    var damaged = Self.inspection
    damaged.gridRows = 1000
    damaged.attention = [.nan]
    damaged.loss = [Float](repeating: .nan, count: 64)
    for inspection in [Self.inspection, damaged] {
      state.receive(.inspection(inspection))
      for view in [WorkbenchView.mask, .system] {
        state.show(view)
        for (width, height) in [(1, 1), (20, 6), (60, 16), (80, 24), (120, 40), (200, 60)] {
          for glyphs in GlyphLevel.allCases {
            let canvas = renderWorkbench(state, width: width, height: height, glyphs: glyphs)
            #expect(canvas.width == width && canvas.height == height)
          }
        }
      }
    }
  }

  @Test func viewsLookAsTheyDid() {
    var state = SampleRun.state()
    state.receive(.system(Self.sample))
    state.show(.system)
    Snapshots.check("system-sample", state, width: 80, height: 24)
    Snapshots.check("system-sample", state, width: 80, height: 24, glyphs: .ascii)
    Snapshots.check("system-sample", state, width: 120, height: 40)
    state.show(.mask)
    state.receive(.preview(SampleRun.preview))
    state.receive(.inspection(Self.inspection))
    Snapshots.check("mask-board", state, width: 80, height: 24)
    Snapshots.check("mask-board", state, width: 80, height: 24, glyphs: .ascii)
    Snapshots.check("mask-board", state, width: 120, height: 40)
  }
}
