import Foundation
import Recipe
import RunEvents
import Sessions
import Testing
import TrainingBackend

/// Whole runs on rectangles, from drawn scenes to checkpoints and scores.
@Suite struct RectangleRunTests {
  private static let size = ["student.image_size=[64, 32]", "data.image_size=[96, 48]"]

  @Test func twentyAndTwentyStepsAreForty() throws {
    let overrides = Self.size + ["evals.at_end=[knn]"]
    let (whole, parts) = (try SmallRun(), try SmallRun())
    let straight = try whole.run(steps: 40, overrides: overrides)
    let first = try parts.run(steps: 20, overrides: overrides)
    let second = try parts.run(steps: 40, resume: true, overrides: overrides)
    #expect(straight.started?.grid == [8, 4] && straight.losses.count == 40)
    #expect(first.losses + second.losses == straight.losses)
    #expect(straight.failures.isEmpty && straight.results.map(\.kind) == ["knn"])
    #expect(straight.results.map(\.score) == second.results.map(\.score))
  }

  /// Each method by its own targets, the shipped tokenizers among them.
  @Test(arguments: MethodKind.allCases)
  func everyMethodTakesRectangles(method: MethodKind) throws {
    let small = try SmallRun()
    let file = small.folder.appendingPathComponent("tall.yaml")
    try """
    seed: 5
    threads: 1
    data: {range: [0, 64], image_size: [64, 32]}
    student: {image_size: [64, 32], patch_size: 8, width: 16, depth: 2, heads: 2}
    objective: {method: \(method.rawValue)}
    schedule: {steps: 4, batch_size: 4, checkpoint_every: 2}
    preview: {count: 2}
    evals: {data: {kind: none}}
    """.write(to: file, atomically: true, encoding: .utf8)
    let session = try loadSession(file.path, sessionsDirectory: small.folder)
    let events = try small.run(session: session, previews: true)
    #expect(events.summary?.outcome == .finished, "\(events.summary?.reason ?? "")")
    #expect(events.losses.count == 4 && events.losses.allSatisfy(\.isFinite))
    #expect(events.started?.grid == [8, 4])
  }

  @Test func squareTeachersUnderARectangleAreRefusedInASentence() throws {
    let events = try SmallRun().run(steps: 2, overrides: Self.size + ["guidance.clip.image_size=64"])
    #expect(events.losses.isEmpty)
    let reason = events.summary?.reason ?? ""
    #expect(reason.contains("where the student has 8 x 4"), "\(reason)")
  }
}

extension [RunEvent] {
  fileprivate var started: RunDescription? {
    lazy.compactMap { if case .started(let run) = $0 { run } else { nil } }.first
  }
}
