import Foundation
import RunEvents
import Sessions
import Testing

@Suite struct CheckpointRuleTests {
  @Test func newestMultiplesAndTheBestStay() {
    let steps = [100, 200, 300, 400, 500]
    #expect(CheckpointRule(newest: 2).surplus(of: steps) == [100, 200, 300])
    #expect(CheckpointRule(newest: 0).surplus(of: steps) == [100, 200, 300, 400])
    #expect(CheckpointRule(newest: 1, every: 200).surplus(of: steps) == [100, 300])
    #expect(CheckpointRule(newest: 1, every: 200) { _ in 100 }.surplus(of: steps) == [300])
    #expect(CheckpointRule(newest: 9).surplus(of: steps).isEmpty)
  }

  @Test func aRunKeepsWhatItsSessionAsksFor() throws {
    let directory = try TemporaryDirectory()
    let folder = directory.url.appendingPathComponent("demo")
    let store = try RunStore(directory: folder)
    let settings = try SessionFile(
      yaml: "schedule: {steps: 1000, keep_checkpoints: 1, keep_every: 300, keep_best: knn}", file: "x.yaml")
    #expect(settings.json.contains("\"keep_every\":300") && settings.json.contains("\"keep_best\":\"knn\""))
    let recorder = try store.create(settings: settings, totalSteps: 1000, name: "one")
    let checkpoints = CheckpointStore(
      directory: folder.appendingPathComponent("checkpoints"), run: "one",
      rule: CheckpointRule(settings.schedule, run: "one", in: store))
    for (step, score) in [(100, 0.2), (200, 0.7), (300, 0.3), (400, 0.6), (500, 0.1)] {
      try recorder.record(
        .evalResult(EvalResult(id: step, kind: "knn", step: step, score: score, seconds: 1, guidance: "clip")))
      _ = try checkpoints.save(step: step) { try Data(count: step).write(to: $0.appendingPathComponent("x")) }
    }
    #expect(checkpoints.steps() == [200, 300, 500])

    // Another rule, by hand; the run is in hand until it is closed.
    let rule = CheckpointRule(newest: 1)
    let surplus = store.surplusCheckpoints(of: "one", rule)
    #expect(surplus.map(\.step) == [200, 300] && surplus.allSatisfy { $0.bytes > $0.step })
    #expect(throws: RunStoreError.self) { try store.removeCheckpoints(of: "one", steps: [200]) }
    try recorder.close()
    let before = store.checkpointBytes(of: "one")
    try store.removeCheckpoints(of: "one", steps: [200, 300])
    #expect(checkpoints.steps() == [500])
    #expect(before - store.checkpointBytes(of: "one") == surplus.reduce(0) { $0 + $1.bytes })
    #expect(try store.catalog(isDetailed: true).runs.first?.checkpointBytes == store.checkpointBytes(of: "one"))
  }

  /// Only what comes into a run's folder or leaves it is looked at anew.
  @Test func sizesAreRememberedWhileAFolderStaysAsItIs() throws {
    let folder = try TemporaryDirectory()
    let store = try RunStore(directory: folder.url)
    let place = folder.url.appendingPathComponent("checkpoints/one")
    func put(_ name: String, _ bytes: Int) throws {
      let file = place.appendingPathComponent(name)
      try FileManager.default.createDirectory(
        at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(count: bytes).write(to: file)
    }
    func age() throws {
      let past = Date(timeIntervalSince1970: 9)
      try FileManager.default.setAttributes([.modificationDate: past], ofItemAtPath: place.path)
    }
    #expect(store.checkpointBytes(of: "one") == 0)
    try put("10/model/a", 5)
    try put("10/b", 7)
    try put("20.partial/a", 100)
    #expect(store.checkpointBytes(of: "one") == 12)
    try age()
    #expect(store.checkpointBytes(of: "one") == 12)
    try put("10/b", 1000)
    #expect(store.checkpointBytes(of: "one") == 12)
    try put("30/a", 1)
    #expect(store.checkpointBytes(of: "one") == 1006)
  }

  @Test func whatSaysNothingWritesNothing() throws {
    let settings = try SessionFile(yaml: "schedule: {steps: 10, keep_best: none}", file: "x.yaml")
    #expect(settings.schedule.keepBest == nil && !settings.json.contains("keep_best"))
  }
}
