import Foundation
import RunEvents
import Sessions
import Testing
import TrainingBackend

@Suite struct ModelEvaluationTests {
  private func reports(
    _ subject: ModelEvaluation.Subject, _ session: Session?, _ requests: [EvalRequest] = [EvalRequest(kind: "knn")],
    data: URL? = nil, progress: (EvalProgress) -> Void = { _ in }
  ) throws -> [ModelEvaluation.Report] {
    var found: [ModelEvaluation.Report] = []
    let evaluation = ModelEvaluation(subject: subject, session: session, requests: requests, data: data, threads: 1)
    try evaluation.run(progress: progress) { found.append($0) }
    return found
  }

  /// What is found afterwards on a checkpoint is what the run itself found on that step, and both stand in the store.
  @Test func aCheckpointScoresAsItDidInItsRun() throws {
    let small = try SmallRun()
    let events = try small.run(steps: 4, overrides: ["evals.during=[knn, linear, centroid]", "schedule.eval_every=2"]) {
      event in
      if case .step(let metrics) = event, metrics.step == 2 { return [.checkpoint] }
      return []
    }
    let live = events.results.filter { $0.step == 2 }
    #expect(live.map(\.kind) == ["knn", "linear", "centroid"])
    let stored = try loadStoredSession("small", run: nil, sessionsDirectory: small.folder)
    var phases = 0
    let found = try reports(
      .checkpoint(run: stored.run, step: 2), stored.session,
      ["knn", "linear", "centroid"].map { EvalRequest(kind: $0) }
    ) { _ in phases += 1 }
    #expect(found.map(\.score) == live.map(\.score))
    #expect(found.map(\.summary) == live.map(\.summary))
    #expect(found.allSatisfy { $0.step == 2 && $0.guidance == "clip" && $0.run == stored.run.name })
    #expect(phases > 2)
    let kept = try small.store.evals(of: stored.run.name)
    #expect(kept.count == events.results.count + 3)
    #expect(Set(kept.map(\.id)).count == kept.count)
    #expect(
      try small.store.events(of: stored.run.name).count { if case .evalResult = $0.event { true } else { false } }
        == kept.count)
    let newest = try reports(.checkpoint(run: stored.run, step: nil), stored.session)
    #expect(newest.map(\.step) == [4])
    // An older step that has none is told with those that there are.
    #expect(throws: CheckpointError.self) { try reports(.checkpoint(run: stored.run, step: 3), stored.session) }
  }

  /// The student can be read from the trainer's file, from its export, and from the checkpoint's folder.
  @Test func checkpointsAreWeights() throws {
    let small = try SmallRun()
    let folder = URL(fileURLWithPath: try #require(try small.run(steps: 2).summary?.checkpoint))
    let session = try small.session()
    let scores = try [
      folder, folder.appendingPathComponent("student.safetensors"),
      folder.appendingPathComponent("trainer.safetensors"),
    ].map { try reports(.weights($0, size: nil), session) }
    #expect(Set(scores.map { $0[0].score }).count == 1)
    #expect(scores.allSatisfy { $0[0].step == 2 && $0[0].guidance == "clip" && $0[0].run == nil })
  }

  @Test func untrainedStudentsHaveAnEntryOfTheirOwn() throws {
    let small = try SmallRun()
    let first = try reports(.untrained, small.session())
    let again = try reports(.untrained, small.session())
    #expect(first.map(\.run) == ["untrained-3"] && again.map(\.run) == ["untrained-3"])
    #expect(first[0].score == again[0].score)
    let other = try reports(.untrained, small.session(["student.width=32"]))
    #expect(other[0].run == "untrained-3-2")
    let entries = try small.store.runs()
    #expect(entries.count == 2 && entries.allSatisfy { $0.isUntrained && $0.state == .finished })
    #expect(try small.store.evals(of: "untrained-3").count == 2)
    // It is what a run begins from.
    try small.run(
      steps: 1,
      overrides: ["optimizer.learning_rate=1e-30", "optimizer.min_learning_rate=0", "optimizer.warmup_learning_rate=0"])
    let stored = try loadStoredSession("small", run: nil, sessionsDirectory: small.folder)
    #expect(try reports(.checkpoint(run: stored.run, step: nil), stored.session)[0].score == first[0].score)
  }

  @Test func aFolderOfClassDirectoriesIsSplit() throws {
    let small = try SmallRun()
    let pictures = small.folder.appendingPathComponent("pictures")
    let png = try #require(
      Data(
        base64Encoded:
          "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="))
    for name in ["cats", "dogs"] {
      let folder = pictures.appendingPathComponent(name)
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      for index in 0..<10 { try png.write(to: folder.appendingPathComponent("\(index).png")) }
    }
    let found = try reports(.untrained, small.session(), data: pictures)
    #expect(found[0].test.hasSuffix("every fifth") && found[0].summary.contains("every fifth"))
    #expect(found[0].score == 0.5)
    try FileManager.default.removeItem(at: pictures.appendingPathComponent("dogs"))
    #expect(throws: (any Error).self) { try reports(.untrained, small.session(), data: pictures) }
  }

  @Test(arguments: [["k": "x"], ["k": "5,"], ["k": "0"], ["temperature": "-1"], ["depth": "3"], ["features": "all"]])
  func wrongOptionsAreToldBeforeAnyWork(options: [String: String]) throws {
    let small = try SmallRun()
    var worked = false
    #expect(throws: (any Error).self) {
      try reports(
        .untrained, small.session(), [EvalRequest(kind: "linear"), EvalRequest(kind: "knn", options: options)]
      ) {
        _ in worked = true
      }
    }
    #expect(!worked)
    #expect(try RunStore.existing(in: small.folder.appendingPathComponent("small")) == nil)
  }

  @Test func aMissingRunIsNamed() throws {
    let small = try SmallRun()
    #expect(throws: SessionError.self) { try loadStoredSession("small", run: nil, sessionsDirectory: small.folder) }
    try small.run(steps: 1)
    #expect(throws: RunStoreError.self) {
      try loadStoredSession("small", run: "nobody", sessionsDirectory: small.folder)
    }
  }
}
