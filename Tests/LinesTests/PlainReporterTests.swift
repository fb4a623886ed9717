import Foundation
import Lines
import Measures
import RunEvents
import Synchronization
import Testing

@Suite struct PlainReporterTests {
  private func step(_ number: Int, of total: Int = 1000) -> RunEvent {
    .step(
      StepMetrics(
        step: number, totalSteps: total, epoch: 0.1, guidance: "clip",
        values: [
          .loss: -0.81272, .learningRate: 1.2e-3, .gradientNorm: 0.4219, .imagesPerSecond: 212.3,
          Metric(key: "cosine_masked", name: "cos masked"): 0.793, .stepSeconds: 0.3,
        ]))
  }

  @Test func stepsAreThinnedByTime() {
    var lines = PlainLines()
    // Eight steps a second for ten seconds.
    let shown = (1...80).filter { lines.line(step($0), now: Double($0) / 8) != nil }
    #expect(shown == [1, 2, 3, 19, 35, 51, 67])
    #expect(lines.line(step(1000), now: 10.1) != nil)
  }

  @Test func aStepSaysWhatItMeasured() {
    var lines = PlainLines()
    #expect(
      lines.line(step(12), now: 0)
        == "step      12/1000  loss -0.8127  lr 0.0012  grad norm 0.422  cos masked 0.793  212 img/s  clip  ETA 4:56")
  }

  @Test func everythingElseGetsItsLineOnce() {
    var lines = PlainLines()
    func line(_ event: RunEvent) -> String? { lines.line(event, now: 0) }
    #expect(
      line(.state(RunStateChange(state: .paused, step: 7, cause: "loss is nan")))
        == "state     paused at step 7: loss is nan")
    #expect(
      line(.guidance(GuidanceChange(step: 10, from: "clip", to: "dino"))) == "guidance  clip > dino after step 10")
    #expect(
      line(.checkpoint(CheckpointRecord(step: 20, path: "a/b", bytes: 12_400_000, seconds: 0.121)))
        == "saved     step 20, 12.4 MB in 0.12 s: a/b")
    func progress(_ phase: String) -> RunEvent {
      .evalProgress(EvalProgress(id: 1, kind: "knn", step: 20, fraction: 0, phase: phase))
    }
    #expect(line(progress("queued")) == "eval 1    knn at step 20: queued")
    #expect(line(progress("features 1/9")) == "eval 1    knn at step 20: features")
    #expect(line(progress("features 2/9")) == nil)
    #expect(
      line(
        .evalResult(
          EvalResult(
            id: 1, kind: "knn", step: 20, score: 0.7141, details: ["top5": 0.9], summary: "k=20 T=0.07", seconds: 3.21,
            guidance: "dino"))) == "eval 1    knn at step 20, dino: 71.4% in 3.2 s (k=20 T=0.07, top5 90.0%)")
    #expect(
      line(.message(RunMessage(level: .warning, step: 3, text: "bad\u{1B}[2J file\u{202E}")))
        == "warning   step 3: bad[2J file")
    #expect(
      line(.finished(RunSummary(outcome: .stopped, step: 40, loss: -0.5, seconds: 3725, checkpoint: "c")))
        == "stopped   at step 40 after 1:02:05, loss -0.5000, checkpoint c")
  }

  @Test func jsonLinesComeWholeAndInOrderFromManyThreads() throws {
    let pipe = Pipe()
    let reporter = JSONLinesReporter(descriptor: pipe.fileHandleForWriting.fileDescriptor)
    let reader = Task.detached { try pipe.fileHandleForReading.readToEnd() ?? Data() }
    DispatchQueue.concurrentPerform(iterations: 4) { thread in
      for number in 1...200 { reporter.report(step(number, of: thread + 1)) }
    }
    reporter.flush()
    try pipe.fileHandleForWriting.close()
    let text = String(decoding: try wait(reader), as: UTF8.self)
    let events = try text.split(separator: "\n").map { try RunEventCoder.event(line: String($0)) }
    #expect(events.count == 800)
    for thread in 0..<4 {
      let own = events.compactMap { event -> Int? in
        if case .step(let metrics) = event, metrics.totalSteps == thread + 1 { return metrics.step }
        return nil
      }
      #expect(own == Array(1...200))
    }
  }

  /// What only whoever looks at a view asks for is not part of the run's record.
  @Test func whatViewsAskForIsLeftOut() throws {
    let preview = RunEvent.preview(
      MaskPreview(
        step: 1, index: 0, name: "a", guidance: "clip", width: 1, height: 1, rgb: Data([1, 2, 3]), gridRows: 1,
        gridColumns: 1, mask: [true], cosine: [0.5]))
    let pipe = Pipe()
    let reporter = JSONLinesReporter(descriptor: pipe.fileHandleForWriting.fileDescriptor)
    for event in [preview, .system(SystemSample(step: 1)), .runs(RunCatalog(runs: [])), step(1)] {
      reporter.report(event)
    }
    reporter.flush()
    try pipe.fileHandleForWriting.close()
    let lines = String(decoding: try pipe.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self).split(
      separator: "\n")
    #expect(try lines.map { try RunEventCoder.event(line: String($0)) } == [step(1)])
  }

  @Test func aReaderThatIsGoneIsNoError() throws {
    let pipe = Pipe()
    try pipe.fileHandleForReading.close()
    let reporter = PlainReporter(descriptor: pipe.fileHandleForWriting.fileDescriptor)
    for number in 1...50 { reporter.report(step(number)) }
    reporter.report(.finished(RunSummary(outcome: .finished, step: 50, seconds: 1)))
    reporter.flush()
  }

  @Test func aReaderThatReadsNothingDoesNotHoldUpTheRun() {
    let pipe = Pipe()
    // The pipe holds 64 kB; these are some 500 kB. Each line would wait for ever.
    let reporter = PlainReporter(descriptor: pipe.fileHandleForWriting.fileDescriptor)
    let start = Date()
    for number in 1...5000 {
      reporter.report(.message(RunMessage(level: .info, step: number, text: String(repeating: "x", count: 80))))
    }
    #expect(Date().timeIntervalSince(start) < 2)
    try? pipe.fileHandleForReading.close()
    reporter.flush()
  }

  private func wait(_ task: Task<Data, any Error>) throws -> Data {
    let result = Mutex<Result<Data, any Error>?>(nil)
    let done = DispatchSemaphore(value: 0)
    Task.detached {
      let value = await task.result
      result.withLock { $0 = value }
      done.signal()
    }
    _ = done.wait(timeout: .now() + 20)
    return try result.withLock { try $0?.get() ?? Data() }
  }
}
