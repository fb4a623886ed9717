import Foundation
import RunEvents
import Testing
import Workbench

/// The mask view where pictures of the preview set cannot be read, or other ones have been.
@Suite struct BrokenPictureTests {
  private let reference = RunReference(session: "demo", run: "brisk-otter")
  private let reason = "/data/photos/p3.png cannot be decoded: PNG: not a PNG file."

  private func broken(_ index: Int, step: Int = 1284) -> (preview: MaskPreview, inspection: PatchInspection) {
    let preview = MaskPreview(
      step: step, index: index, name: "p\(index).png", guidance: "clip", width: 0, height: 0, rgb: Data(), gridRows: 8,
      gridColumns: 8, mask: [], cosine: [], problem: reason)
    let inspection = PatchInspection(
      step: step, index: index, guidance: "clip", gridRows: 8, gridColumns: 8, teachers: [], prediction: Data(),
      student: Data(), studentExplained: 0, attention: [], objective: "cosine", loss: [], maskFrequency: [],
      maskCount: 0, seconds: 0, problem: reason)
    return (preview, inspection)
  }

  private func text(_ state: WorkbenchState, width: Int = 120, height: Int = 40) -> String {
    renderWorkbench(state, width: width, height: height, glyphs: .braille).textSnapshot()
  }

  private func seen(_ index: Int, step: Int) -> PictureSnapshot {
    var (preview, inspection) = (SampleRun.preview, ProbeTests.inspection)
    (preview.index, preview.step) = (index, step)
    (inspection.index, inspection.step) = (index, step)
    return PictureSnapshot(preview: preview, inspection: inspection)
  }

  /// Nothing of picture 3 stands under picture 4, and every panel says why it is empty.
  @Test func aBrokenPictureSaysSoInEveryPanel() {
    var state = SampleRun.state()
    state.show(.mask)
    state.receive(.preview(seen(2, step: 1284).preview))
    state.receive(.inspection(seen(2, step: 1284).inspection))
    state.press(.character("]"))
    let waiting = text(state)
    #expect(waiting.contains("picture 4/8") && waiting.contains("computing"))
    #expect(!waiting.contains("9╳"), "the cosines of another picture")
    state.receive(.preview(broken(3).preview))
    state.receive(.inspection(broken(3).inspection))
    let screen = text(state)
    #expect(screen.contains("picture 4/8 panel 1/11 p3.png") && !screen.contains("computing"))
    #expect(screen.components(separatedBy: "this picture is").count == 9, "all eight panels say it")
    Snapshots.check("mask-broken", state, width: 80, height: 24)
    Snapshots.check("mask-broken", state, width: 120, height: 40)
    state.show(.dashboard)
    Snapshots.check("mask-broken-dashboard", state, width: 80, height: 24)
    // The next one is shown as ever.
    state.show(.mask)
    state.press(.character("]"))
    state.receive(.preview(seen(4, step: 1285).preview))
    state.receive(.inspection(seen(4, step: 1285).inspection))
    #expect(text(state).contains("5/8 step 1285") && !text(state).contains("broken"))
  }

  @Test func everyPanelNamesItsStep() {
    var state = SampleRun.state()
    state.show(.mask)
    state.receive(.preview(seen(2, step: 1280).preview))
    state.receive(.inspection(seen(2, step: 1284).inspection))
    let screen = text(state)
    #expect(screen.components(separatedBy: "3/8 step 1280").count == 3)
    #expect(screen.components(separatedBy: "3/8 step 1284").count == 8)
  }

  /// A run that ends in its own process shows all panels of the last snapshot, whatever was looked at before.
  @Test func theEndBringsTheLastLook() {
    var state = WorkbenchState(options: WorkbenchOptions(loadsHistory: true))
    _ = reduce(into: &state, action: .resize(width: 120, height: 40))
    for event in SampleRun.events() { state.receive(event) }
    let picture = state.mask.index
    state.receive(.preview(seen(picture, step: 1).preview))
    let end = RunSummary(outcome: .stopped, step: 1284, seconds: 1)
    let request = HistoryRequest.snapshots(reference, picture: picture)
    #expect(reduce(into: &state, action: .event(.finished(end))).contains(.loadHistory(request)))
    state.show(.mask)
    let history = RunHistory(
      reference: reference, state: .stopped, totalSteps: 3000, metrics: MetricHistory(), guidance: "clip",
      snapshots: [seen(picture, step: 1), seen(picture, step: 1284)])
    _ = reduce(into: &state, action: .history(history, for: request))
    let screen = text(state)
    #expect(screen.components(separatedBy: "\(picture + 1)/8 step 1284").count == 10)
    #expect(!screen.contains("step 1 ") && !screen.contains("the run has ended"))
  }

  /// A kept snapshot of a picture that was broken then says so, and the ones before are a key away.
  @Test func aKeptLookMayBeOfABrokenPicture() {
    var state = WorkbenchState(options: WorkbenchOptions(loadsHistory: true))
    _ = reduce(into: &state, action: .resize(width: 120, height: 40))
    for event in SampleRun.events() {
      if case .preview = event { continue }
      state.receive(event)
    }
    state.show(.mask)
    let request = HistoryRequest.snapshots(reference, picture: 0)
    _ = reduce(into: &state, action: .event(.finished(RunSummary(outcome: .stopped, step: 1284, seconds: 1))))
    let gone = broken(0)
    let history = RunHistory(
      reference: reference, state: .stopped, totalSteps: 3000, metrics: MetricHistory(), guidance: "clip",
      snapshots: [seen(0, step: 600), PictureSnapshot(preview: gone.preview, inspection: gone.inspection)])
    _ = reduce(into: &state, action: .history(history, for: request))
    #expect(text(state).contains("this picture is"))
    state.press(.character(","))
    #expect(text(state).contains("step 600, snapshot 1/2") && !text(state).contains("this picture is"))
  }

  /// After a switch of guidance the cosines that are still shown say whose they are.
  @Test func cosinesOfAnotherGuidanceSaySo() {
    var state = SampleRun.state()
    state.show(.mask)
    var snapshot = seen(2, step: 1284)
    snapshot.preview.guidance = "dino"
    state.receive(.preview(snapshot.preview))
    #expect(state.watched.guidance == "clip" && text(state).contains("of DINO"))
  }
}
