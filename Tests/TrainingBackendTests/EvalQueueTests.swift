import RunEvents
import Sessions
import Testing
import TrainingBackend

@Suite struct EvalQueueTests {
  /// Several wait in line, the cancelled one leaves it, the others end in their order and are numbered over resumes.
  @Test func queuedEvalsEndInOrderAndCanBeCancelled() throws {
    let small = try SmallRun()
    let events = try small.run(steps: 3) { event in
      switch event {
      case .step(let metrics) where metrics.step == 1:
        [
          .evaluate(EvalRequest(kind: "knn", options: ["k": "3,7", "temperature": "0.1"])),
          .evaluate(EvalRequest(kind: "linear")), .evaluate(EvalRequest(kind: "knn", options: ["features": "mean"])),
          .cancelEval(id: 2), .cancelEval(id: 9), .evaluate(EvalRequest(kind: "zero-shot")),
        ]
      default: []
      }
    }
    #expect(events.results.map(\.id) == [1, 3])
    #expect(events.results[0].summary == "k=3,7 T=0.1")
    #expect(events.results[0].details.keys.sorted().starts(with: ["knn@3", "knn@7"]))
    #expect(events.failures.map(\.id) == [2, 4])
    #expect(events.failures[0].reason == "cancelled")
    #expect(events.failures[1].reason.contains("zero-shot"))
    #expect(events.losses.count == 3)
    let stored = try loadStoredSession("small", run: nil, sessionsDirectory: small.folder)
    let more = try small.run(steps: 2, resume: true, session: stored.session) { event in
      if case .step(let metrics) = event, metrics.step == 4 { [.evaluate(EvalRequest(kind: "knn"))] } else { [] }
    }
    #expect(more.results.map(\.id) == [4])
  }

  /// Evaluations do not change training.
  @Test func lossesAreTheSameWithAndWithout() throws {
    let small = try SmallRun()
    let plain = try small.run(steps: 5).losses
    let judged = try small.run(steps: 5) { event in
      if case .step(let metrics) = event, metrics.step < 4 { [.evaluate(EvalRequest(kind: "linear"))] } else { [] }
    }
    #expect(judged.losses == plain && judged.results.count == 3)
  }
}
