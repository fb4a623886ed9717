import Foundation
import Measures
import RunEvents
import Sessions
import Testing
import TrainingBackend

@Suite struct LiveEditTests {
  /// Sends commands behind steps, by step.
  private func after(_ table: [Int: [RunCommand]]) -> @Sendable (RunEvent) -> [RunCommand] {
    { event in if case .step(let metrics) = event { table[metrics.step] ?? [] } else { [] } }
  }

  private static let edits: [Int: [RunCommand]] = [
    2: [.change(key: "optimizer.learning_rate_scale", value: "3"), .change(key: "mask.masked", value: "0.5")],
    4: [.change(key: "objective.tokens", value: "all"), .switchGuidance(name: "dino")],
    6: [.change(key: "optimizer.clip_gradient", value: "0.1"), .change(key: "schedule.eval_every", value: "4")],
  ]

  private func changes(_ events: [RunEvent]) -> [SettingChange] {
    events.compactMap { if case .setting(let change) = $0 { change } else { nil } }
  }

  private func resumed(_ small: SmallRun, steps: Int, overrides: [String] = []) throws -> [RunEvent] {
    let stored = try loadStoredSession("small", run: nil, sessionsDirectory: small.folder, overrides: overrides)
    return try small.run(steps: steps, resume: true, session: stored.session)
  }

  /// Edits take effect at the next step, stand in the store, and change what comes after them.
  @Test func editsAreRecordedAndTakeEffect() throws {
    let small = try SmallRun()
    let plain = try small.run(steps: 10)
    let edited = try small.run(steps: 10, respond: after(Self.edits))
    #expect(Array(edited.losses.prefix(2)) == Array(plain.losses.prefix(2)))
    #expect(zip(edited.losses, plain.losses).dropFirst(2).allSatisfy { $0 != $1 })
    let found = changes(edited)
    #expect(found.map(\.step) == [2, 2, 4, 6, 6])
    #expect(found.map(\.to) == ["3", "0.5", "all", "0.1", "4"])
    #expect(found.map(\.from)[0] == "1" && found.map(\.from)[2] == "cls+masked")
    let run = try #require(try small.store.runs().first)
    let kept = try small.store.events(of: run.name).map(\.event)
    #expect(changes(kept) == found)
    let settings = try small.store.settings(of: run.name)
    #expect(settings.optimizer.learningRateScale == 3 && settings.mask.masked == .share(0.5))
    #expect(settings.objective.tokens == .all && settings.schedule.evalEvery == 4)
    func rates(_ events: [RunEvent]) -> [Double] {
      events.compactMap { if case .step(let metrics) = $0 { metrics.values[.learningRate] } else { nil } }
    }
    #expect(zip(rates(edited), rates(plain)).dropFirst(2).allSatisfy { abs($0 / $1 - 3) < 1e-12 })
  }

  /// Stopped anywhere, before, at and after an edit: the same losses to the last bit.
  @Test(arguments: [1, 2, 3, 4, 5, 6, 8])
  func resumeHonoursThemBitForBit(stop: Int) throws {
    let straight = try SmallRun().run(steps: 10, respond: after(Self.edits)).losses
    let small = try SmallRun()
    var table = Self.edits
    table[stop, default: []].append(.stop(checkpoint: true))
    let first = try small.run(respond: after(table))
    #expect(first.losses.count == stop)
    let stored = try loadStoredSession("small", run: nil, sessionsDirectory: small.folder)
    let second = try small.run(
      steps: 10 - stop, resume: true, session: stored.session, respond: after(Self.edits.filter { $0.key > stop }))
    #expect(first.losses + second.losses == straight)
    let run = try #require(try small.store.runs().first)
    #expect(changes(try small.store.events(of: run.name).map(\.event)).count == 5)
  }

  /// What was changed after the checkpoint is forgotten with the steps after it.
  @Test func editsAfterTheCheckpointAreUndone() throws {
    let plain = try SmallRun().run(steps: 8).losses
    let small = try SmallRun()
    try small.run(
      respond: after([
        3: [.checkpoint, .change(key: "objective.tokens", value: "masked")],
        5: [.change(key: "mask.masked", value: "10"), .stop(checkpoint: false)],
      ]))
    let run = try #require(try small.store.runs().first)
    #expect(changes(try small.store.events(of: run.name).map(\.event)).count == 2)
    let second = try resumed(small, steps: 5)
    #expect(second.losses == Array(plain.dropFirst(3)))
    #expect(changes(try small.store.events(of: run.name).map(\.event)).isEmpty)
    #expect(try small.store.settings(of: run.name).objective.tokens == .clsMasked)
  }

  /// A value asked for with the resume wins over the checkpoint's, and is recorded as a change there.
  @Test func overridesOnResumeAreChanges() throws {
    let small = try SmallRun()
    try small.run(steps: 3, respond: after([2: [.change(key: "mask.masked", value: "20")]]))
    let second = try resumed(small, steps: 2, overrides: ["optimizer.learning_rate_scale=0.5"])
    #expect(
      changes(second) == [SettingChange(step: 3, key: "optimizer.learning_rate_scale", from: "1", to: "0.5")])
    let run = try #require(try small.store.runs().first)
    let settings = try small.store.settings(of: run.name)
    #expect(settings.mask.masked == .count(20) && settings.optimizer.learningRateScale == 0.5)
  }

  @Test(arguments: [
    ("mask.masked", "64"), ("mask.masked", "0"), ("mask.masked", "many"), ("optimizer.learning_rate_scale", "-1"),
    ("optimizer.learning_rate_scale", "nan"), ("objective.tokens", "some"), ("schedule.eval_every", "-5"),
    ("student.width", "32"), ("nothing", "1"), ("optimizer.clip_gradient", "0"), ("mask.masked", "24]"),
  ])
  func wrongEditsChangeNothingAndSayWhy(key: String, value: String) throws {
    let small = try SmallRun()
    let plain = try small.run(steps: 4).losses
    let events = try small.run(steps: 4, respond: after([2: [.change(key: key, value: value)]]))
    #expect(events.losses == plain)
    #expect(changes(events).isEmpty)
    let texts = events.compactMap { event -> String? in
      if case .message(let message) = event, message.level == .error { message.text } else { nil }
    }
    #expect(texts.count == 1 && texts[0].contains(key) && !texts[0].contains("--set"), "\(texts)")
  }
}
