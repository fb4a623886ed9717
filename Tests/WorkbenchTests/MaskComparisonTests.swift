import Canvas
import Foundation
import Measures
import RunEvents
import Testing
import Workbench

/// Panels that compare: masked with visible patches, two teachers, two steps, two runs.
@Suite struct MaskComparisonTests {
  private static let reference = RunReference(session: "demo", run: "brisk-otter")
  private static let other = RunReference(session: "demo", run: "keen-yak")

  private func state(_ preview: MaskPreview = SampleRun.preview) -> WorkbenchState {
    var state = WorkbenchState(options: WorkbenchOptions(loadsHistory: true))
    _ = reduce(into: &state, action: .resize(width: 120, height: 40))
    for event in SampleRun.events() { state.receive(event) }
    state.show(.mask)
    state.receive(.preview(preview))
    state.receive(.inspection(ProbeTests.inspection))
    return state
  }

  private func text(_ state: WorkbenchState, _ width: Int = 120, _ height: Int = 40) -> String {
    renderWorkbench(state, width: width, height: height, glyphs: .braille).textSnapshot()
  }

  private func history(_ reference: RunReference, _ snapshots: [PictureSnapshot]) -> RunHistory {
    RunHistory(
      reference: reference, state: .finished, totalSteps: 3000, metrics: MetricHistory(), guidance: "clip",
      snapshots: snapshots)
  }

  private func kept(_ step: Int, cosine: Float, picture: Int = 2, guidance: String = "clip") -> PictureSnapshot {
    var preview = SampleRun.preview
    (preview.step, preview.index, preview.guidance) = (step, picture, guidance)
    preview.cosine = preview.cosine.map { _ in cosine }
    var inspection = ProbeTests.inspection
    (inspection.step, inspection.index) = (step, picture)
    return PictureSnapshot(preview: preview, inspection: inspection)
  }

  @Test func cosinesAreCountedMaskedAndVisibleApart() {
    var preview = SampleRun.preview
    // 26 of 64 are masked: a quarter of them at .05, the rest at .35; visible ones at .95, one is no number.
    let masked = preview.mask.indices.filter { preview.mask[$0] }
    preview.cosine = preview.mask.map { $0 ? 0.35 : 0.95 }
    for place in masked.prefix(6) { preview.cosine[place] = 0.05 }
    preview.cosine[preview.mask.firstIndex(of: false) ?? 0] = .nan
    var state = state(preview)
    state.press(.pageDown, .enter)
    let seen = text(state, 80, 24)
    #expect(seen.contains("histogram of cosines"))
    let rows = seen.split(separator: "\n").map(String.init)
    func row(_ label: String) -> String { rows.first { $0.contains(" \(label) ") } ?? "" }
    #expect(row(".90").contains("\(63 - masked.count) █"), "\(seen)")
    #expect(row(".30").contains("\(masked.count - 6) █") && row(".00").contains(" 6 █"), "\(seen)")
    let mean = (Double(6) * 0.05 + Double(masked.count - 6) * 0.35) / Double(masked.count)
    #expect(seen.contains(String(format: "%.2f", mean).dropFirst() + " of \(masked.count)"), "\(seen)")
    #expect(seen.contains(".95 of \(63 - masked.count)"))
    // Nothing of it needs Braille or colour.
    let ascii = renderWorkbench(state, width: 80, height: 24, glyphs: .ascii).textSnapshot()
    #expect(ascii.contains("#") && ascii.contains("masked") && ascii.contains("visible"))
  }

  @Test func twoTeachersAreHeldAgainstEachOther() {
    var state = state()
    state.press(.pageDown)
    #expect(text(state).contains("CLIP - DINO") && text(state).contains("256 at most"))
    var seen = ProbeTests.inspection
    func similarity(_ other: Float) -> Data? {
      PatchSimilarity(cosines: (0..<4096).map { $0 / 64 == $0 % 64 ? 1 : other }, patches: 64).map { Data($0.bytes) }
    }
    seen.teachers[0].similarity = similarity(0.6)
    seen.teachers[1].similarity = similarity(0.25)
    state.receive(.inspection(seen))
    #expect(text(state).contains("CLIP - DINO, mean cosine") && text(state).contains("+34"))
    state.press(.right)
    #expect(text(state).contains("CLIP - DINO like 5,5"))
    // A patch is as like itself for both.
    #expect(text(state).contains("+35") && text(state).contains("most .35"))
  }

  @Test func nowIsHeldAgainstEarlier() {
    var state = state()
    let request = HistoryRequest.snapshots(Self.reference, picture: 2)
    #expect(!reduce(into: &state, action: .tick(1)).contains(.loadHistory(request)), "the panel is on another page")
    #expect(state.press(.pageDown).contains(.loadHistory(request)))
    #expect(text(state).contains("reading the store"))
    let snapshots = [
      kept(1, cosine: 0.1, guidance: "dino"), kept(600, cosine: 0.3), kept(1280, cosine: 0.5),
    ]
    _ = reduce(into: &state, action: .history(history(Self.reference, snapshots), for: request))
    var preview = SampleRun.preview
    preview.step = 1284
    preview.cosine = preview.cosine.map { _ in 0.42 }
    state.receive(.preview(preview))
    #expect(!text(state).contains("reading the store"))
    #expect(
      text(state).contains("1284") && text(state).contains("600") && text(state).contains("+12"), "\(text(state))")
    #expect(reduce(into: &state, action: .tick(30)).allSatisfy { $0 != .loadHistory(request) }, "the oldest stays")
    // What a person goes back to is what the newest is held against.
    #expect(state.press(.character(",")).contains(.loadHistory(request)))
    _ = reduce(into: &state, action: .history(history(Self.reference, snapshots), for: request))
    #expect(
      text(state).contains("1284") && text(state).contains("1280") && text(state).contains("-08"), "\(text(state))")
    state.press(.home)
    #expect(text(state).contains("+32"), "\(text(state))")
  }

  @Test func worstPicturesComeFirst() {
    var state = state()
    #expect(state.press(.character("o")).contains(.send(.scorePictures)))
    let scores = PictureScores(
      step: 1284, lastStep: 1287, guidance: "clip", cosines: [0.5, 0.25, 0.75, .nan, 0.125, 0.625, 0.5, 0.5],
      seconds: 0.1)
    #expect(state.receive(.scores(scores)).contains(.send(.showPreview(index: 4))))
    #expect(text(state).contains("worst 1/7") && text(state).contains("at steps 1284-1287"))
    var shown: [Int] = []
    for _ in 0..<8 {
      shown.append(state.mask.index)
      state.press(.character("]"))
    }
    #expect(shown == [4, 1, 0, 6, 7, 5, 2, 3])
    state.press(.character("["))
    #expect(state.mask.index == 3 && !text(state).contains("at steps 1284"), "it has no score")
    #expect(!state.press(.character("o")).contains(.send(.scorePictures)))
    state.press(.character("]"))
    #expect(state.mask.index == 4 && !text(state).contains("at steps 1284"))
  }

  @Test func anEndedRunIsOrderedByWhatItKept() {
    var state = state()
    state.receive(.finished(RunSummary(outcome: .finished, step: 3000, seconds: 1)))
    let request = HistoryRequest.lastSnapshots(Self.reference)
    #expect(state.press(.character("o")).contains(.loadHistory(request)))
    let snapshots = [kept(3000, cosine: 0.5, picture: 0), kept(3000, cosine: 0.25, picture: 1)]
    let effects = reduce(into: &state, action: .history(history(Self.reference, snapshots), for: request))
    #expect(state.mask.index == 1, "\(effects)")
    state.press(.character("]"))
    #expect(state.mask.index == 0)
    state.press(.character("]"))
    #expect(state.mask.index == 2, "those that it kept nothing of come last")
  }

  @Test func twoRunsStandSideBySide() {
    var state = state()
    state.press(.pageDown)
    #expect(!text(state).contains("two runs"))
    _ = reduce(into: &state, action: .history(history(Self.other, []), for: .run(Self.other)))
    let request = HistoryRequest.lastSnapshots(Self.other)
    #expect(reduce(into: &state, action: .tick(2)).contains(.loadHistory(request)))
    #expect(text(state).contains("two runs: keen-yak") && text(state).contains("reading the store"))
    // The same picture has another place there.
    let snapshots = [kept(3000, cosine: 0.77, picture: 5)]
    _ = reduce(into: &state, action: .history(history(Self.other, snapshots), for: request))
    for _ in 0..<8 where !text(state).contains("> two runs") && !text(state).contains("> brisk") {
      state.press(.character("j"))
    }
    state.press(.enter)
    #expect(
      text(state).contains("cosine in brisk-otter at step 1280 | in keen-yak at step 3000"), "\(text(state))")
    #expect(text(state).contains("77"))
    #expect(text(state, 80, 24).contains("brisk-otter") && text(state, 80, 24).contains("keen-yak"))
    #expect(!reduce(into: &state, action: .tick(90)).contains(.loadHistory(request)), "an ended run stays as it is")
    var foreign = snapshots
    foreign[0].preview.rgb = Data(repeating: 0, count: 64 * 64 * 3)
    _ = reduce(into: &state, action: .history(history(Self.other, foreign), for: request))
    #expect(text(state).contains("keen-yak kept no snapshot"))
    // Without the other run there is no such panel.
    state.show(.curves)
    state.press(.character("O"))
    state.show(.mask)
    #expect(!text(state).contains("two runs"))
  }

  @Test func comparisonsHaveAPageOfTheirOwn() {
    for (width, height) in [(80, 24), (120, 40), (200, 60)] {
      var state = state()
      _ = reduce(into: &state, action: .resize(width: width, height: height))
      #expect(!text(state, width, height).contains("histogram"), "\(width)x\(height)")
      for _ in 0..<9 { state.press(.pageDown) }
      #expect(text(state, width, height).contains("now - earlier"), "\(width)x\(height)")
      for glyphs in GlyphLevel.allCases {
        for hasColors in [true, false] {
          _ = reduce(into: &state, action: .canShow(pictureColors: hasColors, pixels: false))
          let canvas = renderWorkbench(state, width: width, height: height, glyphs: glyphs)
          #expect(canvas.textSnapshot().contains("now - earlier"))
        }
      }
    }
  }
}
