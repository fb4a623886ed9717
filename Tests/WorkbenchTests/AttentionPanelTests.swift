import Canvas
import Measures
import RunEvents
import Testing
import Workbench

/// The attention panel asks for any block, head and network, of CLS or of the marked patch, only while it is shown.
@Suite struct AttentionPanelTests {
  private func state() -> WorkbenchState {
    var state = SampleRun.state()
    _ = reduce(into: &state, action: .resize(width: 120, height: 40))
    state.show(.mask)
    state.receive(.preview(SampleRun.preview))
    state.receive(.inspection(ProbeTests.inspection))
    return state
  }

  private func text(_ state: WorkbenchState, _ width: Int = 120, _ height: Int = 40) -> String {
    renderWorkbench(state, width: width, height: height, glyphs: .braille).textSnapshot()
  }

  private func asked(_ effects: [WorkbenchEffect]) -> [AttentionQuery] {
    effects.compactMap { if case .send(.attend(let query)) = $0 { query } else { nil } }
  }

  /// What the engine answers; the network has 6 blocks and 4 heads.
  private func answer(_ query: AttentionQuery, step: Int = 1284) -> PatchAttention {
    PatchAttention(
      step: step, query: query.resolved(blocks: 6, heads: 4), blocks: 6, heads: 4,
      patches: (0..<64).map { Float($0 == 19 ? 40 : 1) / 206 }, cls: 103.0 / 206, seconds: 0.01)
  }

  @Test func whatEveryInspectionHasIsNotAskedFor() {
    var state = state()
    for second in 1...5 { #expect(asked(reduce(into: &state, action: .tick(Double(second)))).isEmpty) }
    #expect(text(state).contains("attention"))
    state.press(.enter)
    for _ in 0..<20 where !text(state).contains("attention of CLS") { state.press(.character("j")) }
    #expect(text(state).contains("attention of CLS, last block, mean of heads"))
  }

  @Test func blocksAndHeadsAreChosen() throws {
    var state = state()
    let first = try #require(asked(state.press(.character("b"))).first)
    #expect(first == AttentionQuery(index: 2, block: 1))
    #expect(text(state).contains("computing"))
    state.receive(.attention(answer(first)))
    #expect(text(state).contains("b1/6 mean") && text(state).contains("CLS gets 50%"))
    #expect(asked(state.press(.character("a"))) == [AttentionQuery(index: 2, block: 1, head: 1)])
    state.receive(.attention(answer(AttentionQuery(index: 2, block: 1, head: 1))))
    #expect(text(state).contains("CLS b1/6 h1"))
    // Behind the last head comes the mean, before the first block the last.
    state.press(.character("A"))
    state.press(.character("B"))
    #expect(asked(reduce(into: &state, action: .tick(9))).isEmpty && text(state).contains("> attention"))
    state.press(.character("A"))
    #expect(asked(reduce(into: &state, action: .tick(20))) == [AttentionQuery(index: 2, head: 4)])
  }

  @Test func theMarkedPatchAttends() throws {
    var state = state()
    let query = try #require(asked(state.press(.right)).first)
    #expect(query == AttentionQuery(index: 2, patch: 36))
    // One question at a time: the next waits for the answer.
    #expect(asked(state.press(.right)).isEmpty)
    state.receive(.attention(answer(query)))
    #expect(!text(state).contains("b6/6"), "the answer is about another patch")
    #expect(asked(reduce(into: &state, action: .tick(0.2))) == [AttentionQuery(index: 2, patch: 37)])
    state.receive(.attention(answer(AttentionQuery(index: 2, patch: 37))))
    #expect(text(state).contains("5,6 b6/6 mean"))
    state.press(.character("w"))
    let other = asked(reduce(into: &state, action: .tick(5)))
    #expect(other == [AttentionQuery(index: 2, teacher: "clip", patch: 37)])
    state.press(.character("w"), .character("w"))
    #expect(asked(reduce(into: &state, action: .tick(9))) == [AttentionQuery(index: 2, patch: 37)])
  }

  @Test func nothingIsAskedOffThePage() {
    var state = state()
    _ = reduce(into: &state, action: .resize(width: 80, height: 24))
    #expect(asked(state.press(.right)).isEmpty, "the panel is on another page")
    #expect(asked(reduce(into: &state, action: .tick(5))).isEmpty)
    #expect(!asked(state.press(.character("b"))).isEmpty, "the key goes to the panel")
    state.show(.dashboard)
    #expect(asked(reduce(into: &state, action: .tick(9))).isEmpty)
  }

  /// An engine of before answers by a line in the log.
  @Test func questionsWithoutAnAnswerGrowRare() {
    var state = state()
    state.press(.character("b"))
    let asked = (1...200).filter { !self.asked(reduce(into: &state, action: .tick(Double($0)))).isEmpty }
    #expect(asked.count < 12 && asked.contains { $0 > 60 }, "\(asked)")
  }

  @Test func aRunThatStandsStillIsAskedOnceAndProblemsAreSaid() throws {
    var state = state()
    state.receive(.state(RunStateChange(state: .paused, step: 1284)))
    let query = try #require(asked(state.press(.character("b"))).first)
    state.receive(.attention(answer(query)))
    #expect(asked(reduce(into: &state, action: .tick(60))).isEmpty)
    let next = try #require(asked(state.press(.character("b"))).first)
    state.receive(
      .attention(
        PatchAttention(
          step: 1284, query: next, blocks: 0, heads: 0, patches: [], cls: 0, seconds: 0, problem: "no file there")))
    #expect(text(state).contains("no file there"))
  }
}
