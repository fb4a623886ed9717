import Foundation
import RunEvents
import Sessions
import Testing

/// Which run goes on, and with what.
@Suite struct ResumeTests {
  private let directory: TemporaryDirectory

  init() throws { directory = try TemporaryDirectory() }

  private func write(_ text: String) throws {
    try text.write(to: directory.url.appendingPathComponent("s.yaml"), atomically: true, encoding: .utf8)
  }

  private static let plain = "seed: 3\nschedule: {steps: 100, eval_every: 0}\nevals: {during: []}\n"

  /// A run that made some steps, with a checkpoint at the last of them.
  @discardableResult
  private func run(_ name: String, steps: Int, overrides: [String] = [], closed: Bool = true) throws -> RunRecorder {
    let session = try loadSession("s", sessionsDirectory: directory.url, overrides: overrides)
    let store = try RunStore(directory: session.directory)
    let recorder = try store.create(settings: session.settings, totalSteps: 100, name: name)
    for step in 0..<steps { try recorder.record(.step(sampleStep(step + 1))) }
    if steps > 0 {
      let position = RunPosition(elapsed: 1, session: session.settings, file: session.file)
      _ = try CheckpointStore(directory: session.checkpointsURL, run: name, keep: 2).save(step: steps) {
        try position.write(to: $0)
      }
    }
    guard closed else { return recorder }
    try recorder.record(.finished(RunSummary(outcome: steps == 100 ? .finished : .stopped, step: steps, seconds: 1)))
    try recorder.close()
    return recorder
  }

  private func resume(_ change: (inout ResumeRequest) -> Void = { _ in }) throws -> ResumedSession {
    var request = ResumeRequest(session: "s")
    change(&request)
    return try loadResumedSession(request, sessionsDirectory: directory.url)
  }

  private func refusal(_ change: (inout ResumeRequest) -> Void = { _ in }) -> String {
    do {
      _ = try resume(change)
      return "taken"
    } catch {
      return "\(error)"
    }
  }

  @Test func theNewestThatMadeAStepGoesOn() throws {
    try write(Self.plain)
    #expect(refusal().contains("has no run to resume"))
    try run("older", steps: 7)
    try run("newer", steps: 9)
    #expect(try resume().run.name == "newer" && resume().why == "the newest run of s")
    try run("empty", steps: 0)
    let resumed = try resume()
    #expect(resumed.run.name == "newer" && resumed.why.contains("empty is newer and made none"))
    #expect(try resume { $0.run = "older" }.run.name == "older")
  }

  @Test func aLiveNewestRunIsNotPassedOver() throws {
    try write(Self.plain)
    try run("older", steps: 7)
    let live = try run("live", steps: 9, closed: false)
    let words = refusal()
    #expect(
      words.contains("live") && words.contains("`mvp attach s live`") && words.contains("--run older"), "\(words)")
    #expect(refusal { $0.run = "live" }.contains("`mvp attach s live`"))
    #expect(try resume { $0.run = "older" }.run.name == "older")
    try live.close()
  }

  @Test func aFinishedRunTellsHowItIsTrainedLonger() throws {
    try write(Self.plain)
    try run("older", steps: 7)
    try run("done", steps: 100)
    #expect(refusal().contains("--resume --run done --set schedule.steps=200"))
    #expect(refusal { $0.overrides = ["schedule.steps=50"] }.contains("made 100 steps already"))
    let longer = try resume { $0.overrides = ["schedule.steps=150"] }
    #expect(longer.run.name == "done" && longer.session.settings.schedule.steps == 150)
  }

  @Test func editsOfTheFileAreTakenWhereTheyMayChange() throws {
    try write(Self.plain)
    try run("a", steps: 7)
    #expect(try resume().editedKeys.isEmpty)
    try write(Self.plain.replacingOccurrences(of: "eval_every: 0", with: "eval_every: 5") + "mask: {masked: 0.5}\n")
    let resumed = try resume()
    #expect(resumed.editedKeys == ["schedule.eval_every", "mask.masked"])
    #expect(resumed.session.settings.schedule.evalEvery == 5)
    let kept = try resume { $0.keepsSettings = true }
    #expect(kept.editedKeys.isEmpty && kept.session.settings.schedule.evalEvery == 0)
    // Later edits are seen from here on too.
    #expect(kept.session.file?.schedule.evalEvery == 0 && resumed.session.file?.schedule.evalEvery == 5)
  }

  @Test func whatBelongsToTheRunIsRefusedByName() throws {
    try write(Self.plain)
    try run("a", steps: 7)
    try write("seed: 4\nstudent: {depth: 5}\nmask: {kind: random}\nschedule: {steps: 100}\nevals: {during: []}\n")
    let words = refusal()
    for part in [
      "seed is 4 now and 3 in the run", "student.depth is 5 now and 12", "mask.kind is random", "--keep-settings",
    ] {
      #expect(words.contains(part), "\(words)")
    }
    #expect(refusal { $0.acceptsChanges = true }.contains("seed is 4"))
    #expect(try resume { $0.keepsSettings = true }.session.settings.seed == 3)
    #expect(refusal { ($0.keepsSettings, $0.overrides) = (true, ["student.width=96"]) }.contains("student.width is 96"))
  }

  @Test func exactnessIsGivenUpOnlyWhereThatIsAccepted() throws {
    try write(Self.plain)
    try run("a", steps: 7)
    let change = { (request: inout ResumeRequest) in request.overrides = ["optimizer.weight_decay=0.1"] }
    #expect(refusal(change).contains("optimizer.weight_decay is 0.1 now and 0.05 in the run"))
    #expect(refusal(change).contains("--accept-changes"))
    let taken = try resume {
      change(&$0)
      $0.acceptsChanges = true
    }
    #expect(taken.session.settings.optimizer.weightDecay == 0.1)
  }

  @Test func anotherDeviceNeedsNoAcceptance() throws {
    try write(Self.plain)
    try run("a", steps: 7)
    for word in ["torch-cpu", "cuda", "cuda:1"] {
      #expect(try resume { $0.overrides = ["engine.device=\(word)"] }.session.settings.engine.device.word == word)
    }
    #expect(SessionFile.resumeRule(of: "engine.device") == .recorded)
    let before = RunFingerprints(teachers: [:], arithmetic: ["products": "native"])
    let now = RunFingerprints(teachers: [:], arithmetic: ["products": "torch"])
    #expect(before.differences(to: now) == ["products native -> torch"])
    #expect(before.leavingOutArithmetic().differences(to: now).isEmpty)
  }

  /// What a run was given on the command line is no edit of its file.
  @Test func overridesOfTheStartStay() throws {
    try write(Self.plain)
    try run("a", steps: 7, overrides: ["mask.masked=0.3", "student.depth=2"])
    let resumed = try resume()
    #expect(resumed.notes.isEmpty && resumed.session.settings.student.depth == 2)
    try write(Self.plain + "mask: {masked: 0.5}\n")
    let edited = try resume()
    #expect(edited.editedKeys.isEmpty && edited.session.settings.mask.masked == .share(0.3))
    #expect(edited.notes.count == 1 && edited.notes[0].contains("the run keeps 0.3"), "\(edited.notes)")
  }

  @Test func aFileThatIsGoneOrBrokenIsSaid() throws {
    try write(Self.plain)
    try run("a", steps: 7)
    try write("schedule: [\n")
    #expect(refusal().contains("--keep-settings"))
    #expect(try resume { $0.keepsSettings = true }.run.name == "a")
    try FileManager.default.removeItem(at: directory.url.appendingPathComponent("s.yaml"))
    let resumed = try resume()
    #expect(resumed.notes.count == 1 && resumed.notes[0].contains("no file any more"))
  }

  @Test func teachersComeAndGo() throws {
    try write(Self.plain + "guidance: {clip: shipped, dino: shipped}\n")
    try run("a", steps: 7)
    try write(Self.plain + "guidance: {other: shipped:dino, dino: shipped}\n")
    let settings = try resume().session.settings
    #expect(Set(settings.guidance.teachers.map(\.name)) == ["dino", "other"] && settings.guidance.start == "other")
  }
}
