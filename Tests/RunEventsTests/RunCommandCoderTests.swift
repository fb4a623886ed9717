import Foundation
import Measures
import RunEvents
import Testing

@Suite struct RunCommandCoderTests {
  @Test(arguments: Self.samples) func roundTrips(command: RunCommand) throws {
    let line = try RunCommandCoder.line(command)
    #expect(try RunCommandCoder.command(line: line) == command)
    #expect(!line.contains("\n"))
  }

  @Test func commandsAreFlatWithDocumentedKeys() throws {
    #expect(try RunCommandCoder.line(.pause) == #"{"command":"pause","version":1}"#)
    #expect(try RunCommandCoder.line(.advance(count: 3)) == #"{"command":"advance","count":3,"version":1}"#)
    #expect(
      try RunCommandCoder.line(.change(key: "mask.masked", value: "50%"))
        == #"{"command":"change","key":"mask.masked","value":"50%","version":1}"#)
    #expect(
      try RunCommandCoder.command(line: #"{"command":"evaluate","kind":"knn","version":1}"#)
        == .evaluate(EvalRequest(kind: "knn")))
  }

  @Test(arguments: [
    #"{"command":"pause","version":2}"#, #"{"command":"explode","version":1}"#, #"{"command":"stop","version":1}"#,
    #"{"command":"pause"}"#, "pause", "",
  ]) func whatIsNoCommandIsRefused(line: String) {
    #expect(throws: DecodingError.self) { try RunCommandCoder.command(line: line) }
  }

  static let samples: [RunCommand] = [
    .pause, .resume, .advance(count: 7), .switchGuidance(name: "dino"), .switchGuidance(name: nil),
    .evaluate(EvalRequest(kind: "knn", options: ["k": "5,10"])),
    .evaluate(EvalRequest(kind: "finetune", options: ["epochs": "5"], trial: .after)), .cancelEval(id: 3), .checkpoint,
    .showPreview(index: 2), .inspect(index: 1),
    .scorePictures, .attend(AttentionQuery(index: 1, teacher: "clip", patch: 5, block: 2, head: 1)), .sampleSystem,
    .change(key: "mask.masked", value: "0.5"), .listRuns, .listAblations,
    .listRunsWithValues(of: ["mask.masked", "seed"]), .listAllRuns(of: ["seed"]),
    .compareRuns(left: "brisk-otter", right: "calm-fox"),
    .editRun(name: "brisk-otter", edit: .note("a \"quoted\" note\nof two lines")),
    .editRun(name: "brisk-otter", edit: .rename(to: "calm-fox")), .editRun(name: "brisk-otter", edit: .tag(["good"])),
    .editRun(name: "brisk-otter", edit: .delete), .stop(checkpoint: true), .stop(checkpoint: false),
    .stop(checkpoint: true, elsewhere: "/mnt/other disk", within: 2.5), .stopBySignal, .handOver,
  ]
}
