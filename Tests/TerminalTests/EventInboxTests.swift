import Dispatch
import Foundation
import Measures
import RunEvents
import Terminal
import Testing

@Suite struct EventInboxTests {
  private func step(_ number: Int, guidance: String = "clip") -> RunEvent {
    .step(
      StepMetrics(
        step: number, totalSteps: 1000, epoch: 0, guidance: guidance,
        values: [
          .loss: -0.5, .learningRate: 1e-3, .gradientNorm: 1, .imagesPerSecond: 100, .stepSeconds: 0.1,
        ]))
  }

  private func preview(_ step: Int) -> RunEvent {
    .preview(
      MaskPreview(
        step: step, index: 0, name: "a", guidance: "clip", width: 0, height: 0, rgb: Data(), gridRows: 0,
        gridColumns: 0, mask: [], cosine: []))
  }

  private func progress(_ id: Int, _ fraction: Double) -> RunEvent {
    .evalProgress(EvalProgress(id: id, kind: "knn", step: 1, fraction: fraction, phase: "features"))
  }

  @Test func orderIsKept() {
    let inbox = EventInbox()
    let events = [step(1), .guidance(GuidanceChange(step: 1, from: "clip", to: "dino")), step(2)]
    events.forEach(inbox.post)
    #expect(inbox.drain() == events)
    #expect(inbox.drain().isEmpty)
  }

  @Test func onlyTheNewestPreviewAndProgressWait() {
    let inbox = EventInbox()
    for event in [preview(1), progress(1, 0.1), step(1), progress(2, 0.5), preview(2), progress(1, 0.2), step(2)] {
      inbox.post(event)
    }
    #expect(inbox.drain() == [step(1), progress(2, 0.5), preview(2), progress(1, 0.2), step(2)])
    // What was taken is not replaced any more.
    inbox.post(preview(3))
    inbox.post(progress(1, 0.3))
    #expect(inbox.drain() == [preview(3), progress(1, 0.3)])
  }

  @Test func resultsAreNotOvertakenByTheirProgress() {
    let inbox = EventInbox()
    let result = RunEvent.evalResult(EvalResult(id: 1, kind: "knn", step: 1, score: 0.5, seconds: 1, guidance: "clip"))
    for event in [progress(1, 0.9), result] { inbox.post(event) }
    #expect(inbox.drain() == [progress(1, 0.9), result])
  }

  @Test func manyThreadsLoseNoStepAndKeepTheirOwnOrder() {
    let inbox = EventInbox()
    let threads = 8
    let count = 500
    nonisolated(unsafe) var taken: [RunEvent] = []
    let group = DispatchGroup()
    DispatchQueue.global().async(group: group) {
      while taken.count < threads * count {
        let events = inbox.drain()
        taken += events.filter { if case .step = $0 { true } else { false } }
        if events.isEmpty { usleep(100) }
      }
    }
    DispatchQueue.concurrentPerform(iterations: threads) { thread in
      for number in 0..<count {
        inbox.post(step(number, guidance: "\(thread)"))
        if number % 7 == 0 { inbox.post(preview(number)) }
      }
    }
    #expect(group.wait(timeout: .now() + 20) == .success)
    for thread in 0..<threads {
      let own = taken.compactMap { event -> Int? in
        if case .step(let metrics) = event, metrics.guidance == "\(thread)" { return metrics.step }
        return nil
      }
      #expect(own == Array(0..<count))
    }
  }

  @Test func afterClosingNothingIsKept() {
    let inbox = EventInbox()
    inbox.post(step(1))
    inbox.close()
    inbox.post(step(2))
    #expect(inbox.drain().isEmpty)
  }
}
