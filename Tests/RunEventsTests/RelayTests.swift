import Foundation
import Measures
import RunEvents
import Testing

@Suite struct RelayTests {
  static let messages: [RelayMessage] = [
    .hello(
      RelayHello(
        program: "1", run: RunReference(session: "s", run: "r"), attachment: "attached", isLive: true,
        isOneOfSeveral: true)),
    .begun(id: 0), .opened(id: 3, run: RunReference(session: "s", run: "r"), attachment: "a", canDetach: false),
    .piece(id: 2, text: "{\"é\n", isLast: false), .nothing(id: 1), .failure(id: nil, reason: "no"),
    .failure(id: 1, reason: "no"), .beat,
  ]

  static let requests: [RelayRequest] = [
    .begin(id: 0), .open(id: 1, run: RunReference(session: "s", run: "r")),
    .resume(id: 1, run: RunReference(session: "s", run: "r")),
    .fork(
      id: 2, request: ForkRequest(run: "r", step: 3, values: ["a=b"], name: "n"),
      parent: RunReference(session: "s", run: "r")),
    .history(id: 1, request: .run(RunReference(session: "s", run: "r"))),
    .history(id: 1, request: .steps(RunReference(session: "s", run: "r"), 3...9)),
    .history(id: 1, request: .newest(session: "s", besides: ["r"])),
    .history(id: 1, request: .snapshots(RunReference(session: "s", run: "r"), picture: 2)),
    .history(id: 1, request: .lastSnapshots(RunReference(session: "s", run: "r"))), .beat,
  ]

  @Test(arguments: messages) func messagesAreLines(message: RelayMessage) throws {
    let line = try RelayLine.line(message)
    #expect(line.first == ">" && !line.contains("\n"))
    #expect(try RelayLine.message(RelayMessage.self, in: line) == message)
  }

  @Test(arguments: requests) func requestsAreLines(request: RelayRequest) throws {
    #expect(try RelayLine.message(RelayRequest.self, in: RelayLine.line(request)) == request)
  }

  @Test func eventsAndCommandsAreNoneOfTheLinks() throws {
    #expect(
      try RelayLine.message(RelayMessage.self, in: RunEventCoder.line(.state(.init(state: .paused, step: 1)))) == nil)
    #expect(try RelayLine.message(RelayRequest.self, in: RunCommandCoder.line(.pause)) == nil)
    #expect(try RelayLine.message(RelayRequest.self, in: "") == nil)
    for wrong in [
      ">", ">{}", ">{\"beat\":1", ">{\"begin\":{}}", ">null", ">{\"history\":{\"id\":1,\"request\":{\"steps\":{}}}}",
    ] {
      #expect(throws: (any Error).self) { try RelayLine.message(RelayRequest.self, in: wrong) }
    }
  }

  @Test(arguments: [4, 5, 7, 100]) func partsEndBetweenCharacters(bytes: Int) {
    let text = "aé€😀" + String(repeating: "x€", count: 20)
    let parts = RelayLine.parts(of: Data(text.utf8), bytes: bytes)
    #expect(parts.joined() == text && parts.allSatisfy { $0.utf8.count <= bytes && !$0.isEmpty })
    #expect(RelayLine.parts(of: Data(), bytes: bytes).isEmpty)
  }

  @Test func historiesTravelWhole() throws {
    var metrics = MetricHistory([.loss, .gradientNorm])
    for step in 1...700 {
      metrics.append(
        StepMetrics(
          step: step, totalSteps: 900, epoch: Double(step) / 100, guidance: "clip",
          values: [.loss: step == 9 ? .nan : 1 / Double(step), .gradientNorm: 2, .stepSeconds: 0.1],
          elapsedSeconds: Double(step), time: Double(1000 + step)))
      if step % 10 == 0 { metrics.append(SystemSample(step: step, time: Double(1000 + step))) }
    }
    let history = RunHistory(
      reference: RunReference(session: "s", run: "r"), state: .running, totalSteps: 900, metrics: metrics,
      steps: 1...700, guidance: "clip", events: RunEventCoderTests.samples,
      eventTimes: RunEventCoderTests.samples.map { _ in 5.5 }, task: "segment")
    let there = try runJSONDecoder().decode(RunHistory.self, from: runJSONEncoder().encode(history))
    // By their words: gaps are numbers that equal nothing.
    #expect("\(there.metrics)" == "\(history.metrics)")
    #expect(there.reference == history.reference && there.task == "segment")
    #expect(
      there.steps == 1...700 && there.eventTimes == history.eventTimes && there.events.count == history.events.count)
    #expect(there.metrics[.loss].last?.y == history.metrics[.loss].last?.y)
  }
}
