import Foundation
import RunEvents
import Testing
import Workbench

/// Snapshots of the preview pictures that a run kept on its way.
@Suite struct KeptSnapshotsTests {
  private let reference = RunReference(session: "demo", run: "brisk-otter")

  private func snapshot(_ step: Int, picture: Int = 0) -> PictureSnapshot {
    var preview = SampleRun.preview
    (preview.step, preview.index) = (step, picture)
    preview.cosine = preview.cosine.map { $0 * Float(step) / 3000 }
    var inspection = ProbeTests.inspection
    (inspection.step, inspection.index) = (step, picture)
    return PictureSnapshot(preview: preview, inspection: inspection)
  }

  private func history(_ snapshots: [PictureSnapshot]) -> RunHistory {
    RunHistory(
      reference: reference, state: .finished, totalSteps: 3000, metrics: MetricHistory(), guidance: "clip",
      snapshots: snapshots)
  }

  private func run() -> WorkbenchState {
    var state = WorkbenchState(options: WorkbenchOptions(loadsHistory: true))
    _ = reduce(into: &state, action: .resize(width: 100, height: 30))
    for event in SampleRun.events(steps: 1284) {
      if case .preview = event { continue }
      state.receive(event)
    }
    return state
  }

  private func text(_ state: WorkbenchState) -> String {
    renderWorkbench(state, width: 100, height: 30, glyphs: .braille).textSnapshot()
  }

  @Test func anEndedRunShowsWhatItKept() {
    var state = run()
    let request = HistoryRequest.snapshots(reference, picture: 0)
    let end = RunSummary(outcome: .finished, step: 3000, seconds: 1)
    #expect(reduce(into: &state, action: .event(.finished(end))) == [.bell, .loadHistory(request)])
    #expect(state.show(.mask).isEmpty)
    #expect(text(state).contains("reading the store"))
    #expect(reduce(into: &state, action: .tick(20)).isEmpty, "it is asked once")
    _ = reduce(into: &state, action: .history(history([snapshot(1), snapshot(1500), snapshot(3000)]), for: request))
    #expect(text(state).contains("CLIP sees") && text(state).contains("a red disc"))
    #expect(!text(state).contains("snapshot 3/3"))
    state.press(.character(","))
    #expect(text(state).contains("step 1500, snapshot 2/3"))
    state.press(.home)
    #expect(text(state).contains("step 1, snapshot 1/3"))
    state.press(.character(","))
    #expect(state.screen.notice?.text.contains("no earlier snapshot") == true)
    state.press(.character("."))
    #expect(text(state).contains("step 1500, snapshot 2/3"))
    state.press(.escape)
    #expect(state.screen.view == .mask && !text(state).contains("snapshot 2/3"))
    #expect(state.press(.character("]")) == [.loadHistory(.snapshots(reference, picture: 1))])
    let other = HistoryRequest.snapshots(reference, picture: 1)
    _ = reduce(into: &state, action: .history(history([]), for: other))
    #expect(text(state).contains("the run kept no"))
  }

  @Test func aLiveRunLooksBackAndForthAgain() {
    var state = run()
    state.receive(.preview(snapshot(1280).preview))
    state.show(.mask)
    let request = HistoryRequest.snapshots(reference, picture: 0)
    #expect(state.press(.character(",")).contains(.loadHistory(request)))
    // What the store has of this very step is no earlier snapshot.
    _ = reduce(into: &state, action: .history(history([snapshot(1), snapshot(640), snapshot(1280)]), for: request))
    #expect(text(state).contains("step 640, snapshot 2/3"))
    state.receive(.preview(snapshot(1290).preview))
    #expect(text(state).contains("step 640, snapshot 2/3"), "what comes meanwhile does not take it away")
    state.press(.end)
    #expect(!text(state).contains("snapshot 2/3"))
    // What is asked for before the store has answered is what comes.
    _ = reduce(into: &state, action: .tick(100))
    #expect(state.press(.home).contains(.loadHistory(request)))
    _ = reduce(into: &state, action: .history(history([snapshot(1), snapshot(640), snapshot(1280)]), for: request))
    #expect(text(state).contains("step 1, snapshot 1/3"))
  }

  @Test func anotherRunBeginsWithItsOwnLooks() {
    var state = run()
    state.show(.mask)
    state.press(.character(","))
    _ = reduce(
      into: &state, action: .history(history([snapshot(1), snapshot(640)]), for: .snapshots(reference, picture: 0)))
    #expect(text(state).contains("step 640, snapshot 2/2"))
    var other = SampleRun.description
    other.run = "keen-yak"
    state.receive(.started(other))
    #expect(!text(state).contains("snapshot 2/2"))
  }

  @Test func withoutAStoreTheKeySaysWhy() {
    var state = SampleRun.state(steps: 3)
    state.show(.mask)
    #expect(state.press(.character(",")).isEmpty || state.screen.notice != nil)
    #expect(state.screen.notice?.isWarning == true)
  }
}
