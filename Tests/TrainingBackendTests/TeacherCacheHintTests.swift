import Foundation
import RunEvents
import Sessions
import Testing
import TrainingBackend

/// A run whose steps are the teacher's for the most part says once what would make them faster.
@Suite final class TeacherCacheHintTests {
  private let small: SmallRun

  init() throws { small = try SmallRun() }

  private func hints(_ events: [RunEvent]) -> [RunMessage] {
    events.compactMap { event in
      if case .message(let message) = event, message.text.contains("engine.teacher_cache") { message } else { nil }
    }
  }

  @Test func itIsSaidOnceWithWhatItCosts() throws {
    let events = try small.run(steps: 60, overrides: ["schedule.steps=400"])
    let said = hints(events)
    #expect(said.count == 1)
    let text = try #require(said.first?.text)
    #expect(text.hasPrefix("the teacher is ") && text.contains("data.augmentation.crops: 8"), "\(text)")
    #expect(text.contains("on disk") && text.contains("times as fast"))
    // A run that goes on has said it.
    #expect(hints(try small.run(steps: 60, resume: true, overrides: ["schedule.steps=400"])).isEmpty)
  }

  @Test func nothingIsSaidWhereItWouldNotHelp() throws {
    // Few epochs, and a cache that there is already.
    #expect(hints(try small.run(steps: 40)).isEmpty)
    let cached = ["schedule.steps=400", "engine.teacher_cache=true", "data.augmentation.crops=2"]
    #expect(hints(try small.run(steps: 60, overrides: cached)).isEmpty)
  }
}
