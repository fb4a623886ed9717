import Foundation
import RunEvents
import Sessions
import Testing
import TrainingBackend

/// Runs that go on from a checkpoint of another.
@Suite struct ForkTests {
  private let small: SmallRun
  private let parent: String
  /// Of all 40 steps.
  private let losses: [Double]

  init() throws {
    small = try SmallRun()
    let events = try small.run(overrides: ["schedule.checkpoint_every=10"])
    losses = events.losses
    parent = try #require(try small.store.runs().first?.name)
    try #require(losses.count == 40)
  }

  private func fork(_ values: String..., at step: Int = 20, of run: String? = nil) throws -> ForkedRun {
    try small.store.fork(ForkRequest(run: run ?? parent, step: step, values: values))
  }

  /// Trains a fork as `mvp run --resume --keep-settings` does.
  private func train(_ run: String, steps: Int? = nil) throws -> [RunEvent] {
    let resumed = try loadResumedSession(
      ResumeRequest(session: "small", run: run, keepsSettings: true), sessionsDirectory: small.folder)
    return try small.run(steps: steps, resume: true, session: resumed.session, named: run)
  }

  private func state(_ run: String, at step: Int) throws -> [Data] {
    let folder = small.folder.appendingPathComponent("small/checkpoints/\(run)/\(step)")
    return try ["trainer.safetensors", "trainer.json", "student.safetensors"].map {
      try Data(contentsOf: folder.appendingPathComponent($0))
    }
  }

  private func messages(_ events: [RunEvent]) -> [String] {
    events.compactMap { if case .message(let message) = $0 { message.text } else { nil } }
  }

  @Test func withoutOtherValuesItGoesOnBitForBit() throws {
    let fork = try fork()
    #expect(fork.run != parent && fork.origin == RunOrigin(run: parent, step: 20) && fork.changes.changes.isEmpty)
    #expect(try small.store.run(named: fork.run)?.lastStep == 20)
    let events = try train(fork.run)
    #expect(events.losses == Array(losses.dropFirst(20)))
    #expect(try state(fork.run, at: 40) == state(parent, at: 40))
    #expect(messages(events).contains("\(fork.run) is a fork of \(parent) at step 20, bit for bit"))
    #expect(try small.store.metrics(of: fork.run).map(\.loss) == losses)
    let begun = events.compactMap { if case .started(let description) = $0 { description } else { nil } }
    let description = try #require(begun.first)
    #expect(description.run == fork.run && description.origin == fork.origin && description.startStep == 20)
  }

  @Test func otherValuesHoldFromTheForkOn() throws {
    let fork = try fork("guidance.start=dino", "mask.masked=0.6", "objective.loss=mse", "optimizer.learning_rate=0.01")
    #expect(Set(fork.changes.changes.map(\.key)).isSuperset(of: ["guidance.start", "mask.masked", "objective.loss"]))
    let events = try train(fork.run, steps: 10)
    #expect(events.losses.count == 10 && events.losses != Array(losses[20..<30]))
    let steps = try small.store.metrics(of: fork.run)
    #expect(steps.prefix(20).map(\.loss) == Array(losses.prefix(20)))
    #expect(steps.map(\.guidance) == Array(repeating: "clip", count: 20) + Array(repeating: "dino", count: 10))
    let told = try small.store.events(of: fork.run).map(\.event)
    let settings = told.compactMap { if case .setting(let change) = $0 { change } else { nil } }
    #expect(settings.contains(SettingChange(step: 20, key: "objective.loss", from: "cosine", to: "mse")))
    #expect(
      told.contains { if case .guidance(let change) = $0 { change.step == 20 && change.to == "dino" } else { false } })
    // Its own checkpoint keeps the values: going on again changes nothing, bit for bit.
    let again = try train(fork.run)
    #expect(again.losses.count == 10)
    #expect(messages(again).contains { $0.hasPrefix("resumed \(fork.run)") && $0.hasSuffix("bit for bit") })
    #expect(again.allSatisfy { if case .step(let step) = $0 { step.guidance == "dino" } else { true } })
    let rows = try small.store.comparison(parent, fork.run)
    #expect(rows.results.contains(RunComparison.Row(name: "shared steps", left: "1 to 20", right: "1 to 20")))
    #expect(rows.results.contains(RunComparison.Row(name: "fork of", left: nil, right: "\(parent) at step 20")))
    #expect(rows.settings.contains { $0.name == "objective.loss" && $0.left == "cosine" && $0.right == "mse" })
  }

  /// A live value of the fork is not taken for one of the parent's checkpoint.
  @Test func aForkThatIsKilledBeforeItsCheckpointBeginsAnewWithItsValues() throws {
    let fork = try fork("mask.masked=0.6", "objective.targets=standardised")
    let first = try train(fork.run, steps: 3)
    // As if the process had been killed: the checkpoint of its end is gone.
    try FileManager.default.removeItem(
      at: small.folder.appendingPathComponent("small/checkpoints/\(fork.run)/23"))
    let second = try train(fork.run, steps: 3)
    #expect(first.losses == second.losses && !first.losses.isEmpty)
    #expect(try small.store.settings(of: fork.run).text(of: "mask.masked") == "0.6")
    #expect(try small.store.metrics(of: fork.run).map(\.step) == Array(1...23))
    let told = try small.store.events(of: fork.run).map(\.event)
    #expect(told.count { if case .setting(let change) = $0 { change.key == "mask.masked" } else { false } } == 1)
  }

  @Test func forksOfForksShareWhatTheyHaveInCommon() throws {
    let child = try fork("mask.masked=0.6")
    _ = try train(child.run)
    let grandchild = try fork("mask.masked=0.5", "schedule.steps=60", at: 40, of: child.run)
    let sibling = try fork(at: 30)
    let store = try small.store
    #expect(try store.sharedSteps(grandchild.run, child.run) == 40)
    #expect(try store.sharedSteps(grandchild.run, parent) == 20)
    #expect(try store.sharedSteps(grandchild.run, sibling.run) == 20)
    #expect(try store.sharedSteps(parent, parent) == nil)
    let trunk = try store.metrics(of: grandchild.run)
    #expect(trunk.map(\.loss) == (try store.metrics(of: child.run)).map(\.loss))
    // What they share outlives the runs that it comes from.
    try store.edit(child.run, .rename(to: "middle"))
    #expect(try store.run(named: grandchild.run)?.origin == RunOrigin(run: "middle", step: 40))
    try store.edit(parent, .delete)
    try store.edit("middle", .delete)
    #expect(try store.sharedSteps(grandchild.run, sibling.run) == nil, "the way between them is lost")
    #expect(try store.metrics(of: grandchild.run) == trunk)
    #expect(try train(grandchild.run, steps: 2).losses.count == 2)
  }

  @Test func whatCannotDifferIsRefusedByName() throws {
    func refusal(_ values: String..., at step: Int? = 20) throws -> String {
      let error = #expect(throws: (any Error).self) {
        try small.store.fork(ForkRequest(run: parent, step: step, values: values))
      }
      return error.map { "\($0)" } ?? ""
    }
    let several = try refusal("student.width=32", "seed=4", "mask.masked=0.5")
    #expect(several.contains("student.width is 16 in the run, not 32: the weights have that shape"))
    #expect(several.contains("seed is 3 in the run, not 4") && !several.contains("mask.masked"))
    #expect(try refusal("schedule.batch_size=4").contains("the place in the data is counted in it"))
    #expect(try refusal("data.range=[0, 32]").contains("a fork sees the pictures of its parent"))
    #expect(try refusal("guidance.start=nobody").contains("nobody"))
    let unknown = try refusal(at: 25)
    #expect(unknown.contains("has no checkpoint of step 25") && unknown.contains("10, 20, 30, 40"))
    let done = try refusal(at: nil)
    #expect(done.contains("no step left") && done.contains("schedule.steps=80") && done.contains("10, 20, 30"))
    #expect(try small.store.runs().count == 1, "nothing is left of what was refused")
  }

  /// The scores of shared steps are the parent's; a fork's store entry comes back from its checkpoint.
  @Test func scoresStayTheParentsAndALostStoreIsRebuilt() throws {
    var store = try small.store
    try store.add(EvalResult(id: 0, kind: "knn", step: 10, score: 0.5, seconds: 1, guidance: "clip"), to: parent)
    let fork = try fork("mask.masked=0.6")
    let listing = try #require(try store.catalog().runs.first { $0.name == fork.run })
    #expect(listing.evals.isEmpty && listing.origin == fork.origin && listing.loss == losses[19])
    #expect(try store.evals(of: fork.run).map(\.step) == [10], "they stay on the curves")
    let lost = small.folder.appendingPathComponent("small")
    for name in ["runs.sqlite", "runs.sqlite-wal", "runs.sqlite-shm"] {
      try? FileManager.default.removeItem(at: lost.appendingPathComponent(name))
    }
    _ = try StoreRecovery(directory: lost).recover()
    store = try small.store
    let record = try #require(try store.run(named: fork.run))
    #expect(record.origin == fork.origin && record.lastStep == 20)
    #expect(try store.settings(of: fork.run).text(of: "mask.masked") == "0.6")
    #expect(try train(fork.run).losses.count == 20)
  }
}
