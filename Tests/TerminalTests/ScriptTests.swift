import Foundation
import Measures
import RunEvents
import Synchronization
import Terminal
import Testing

@Suite struct ScriptTests {
  @Test func errorsNameFileLineAndWhatIsAllowed() {
    for line in ["wait", "wait step x", "keys", "keys nonsense", "size 0x0", "size 80", "fly", "sleep -1", "quit now"] {
      #expect {
        try Script(text: "# fine\n\n\(line)\n", file: "a.txt")
      } throws: {
        "\($0)".hasPrefix("a.txt:3: \"\(line)\" is no command, allowed are size 120x40")
      }
    }
    #expect(throws: ScriptError.self) { try Script(path: "/nowhere/script") }
    #expect(throws: Never.self) { try Script(text: "", file: "empty") }
  }

  /// Without any terminal: keys reach the run, waits wait, and the screen is what curses believes to show.
  @Test func aScriptDrivesTheWorkbenchWithoutATerminal() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("script-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let script = """
      size 120x40
      wait text RUNNING
      wait step 7
      screen \(folder.path)/one.txt
      keys p
      wait text PAUSED
      keys ?
      wait text keys
      keys esc :
      type checkp
      screen \(folder.path)/two.txt
      quit
      """
    let under = ScriptRun()
    let outcome = try under.play(script)
    #expect(outcome == .ended)
    #expect(under.sent.contains(.pause) && under.sent.last == .stop(checkpoint: false))
    let one = try String(contentsOfFile: folder.path + "/one.txt", encoding: .utf8)
    #expect(one.contains("demo / brisk-otter") && one.contains("RUNNING"))
    #expect(one.split(separator: "\n", omittingEmptySubsequences: false).count == 41)
    let two = try String(contentsOfFile: folder.path + "/two.txt", encoding: .utf8)
    #expect(two.contains(":checkp_") && two.contains("write a checkpoint"))
  }

  @Test func aWaitInVainFailsWithTheScreen() {
    #expect {
      try ScriptRun().play("timeout 0.3\nwait text no such text\n")
    } throws: {
      "\($0)".hasPrefix("test:2: waited 0.3 s for text \"no such text\" in vain; the screen shows:")
        && "\($0)".contains("brisk-otter")
    }
  }
}

/// A workbench that is played a script, and a run that obeys it.
private final class ScriptRun: Sendable {
  private let inbox = EventInbox()
  private let commands = Mutex<[RunCommand]>([])

  var sent: [RunCommand] { commands.withLock { $0 } }

  func play(_ text: String) throws -> TerminalOutcome {
    var options = TerminalOptions()
    options.environment = ["TERM": "dumb", "PATH": "/usr/bin"]
    options.script = try Script(text: text, file: "test")
    options.capturesOutput = false
    inbox.post(
      .started(
        RunDescription(
          session: "demo", run: "brisk-otter", seed: 0, totalSteps: 1000, startStep: 0, batchSize: 8, accumulation: 1,
          datasetSize: 100, dataset: "Scenes", student: ModelDescription(summary: "ViT", parameters: 1000),
          guidances: [
            GuidanceDescription(name: "clip", teacher: ModelDescription(summary: "ViT", parameters: 1), featureWidth: 8)
          ], guidance: "clip", grid: [8, 8], maskedPatches: 26, device: "cpu", evals: ["knn"], previewCount: 1,
          metrics: Metric.earlier)))
    inbox.post(.state(RunStateChange(state: .running, step: 0)))
    for step in 1...7 {
      inbox.post(
        .step(
          StepMetrics(
            step: step, totalSteps: 1000, epoch: 0, guidance: "clip",
            values: [
              .loss: -0.5, .learningRate: 1e-3, .gradientNorm: 1, .imagesPerSecond: 100, .stepSeconds: 0.1,
            ])))
    }
    return try runWorkbench(inbox: inbox, options: options) { [self] command in
      commands.withLock { $0.append(command) }
      if command == .pause { inbox.post(.state(RunStateChange(state: .paused, step: 7))) }
    }
  }
}
