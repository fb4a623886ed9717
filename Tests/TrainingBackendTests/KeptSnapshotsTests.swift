import Foundation
import RunEvents
import Sessions
import Testing
import TrainingBackend

/// What a run keeps of its preview pictures.
@Suite struct KeptSnapshotsTests {
  /// A stop keeps a last snapshot of all of them, of the step that it came after.
  @Test func aStoppedRunKeepsALastLook() throws {
    let small = try SmallRun(extra: "preview: {count: 3}")
    let events = try small.run { event in
      if case .step(let metrics) = event, metrics.step == 7 { return [.stop(checkpoint: true)] }
      return []
    }
    let store = try small.store
    let run = try #require(try store.runs().first)
    let last = try #require(events.summary?.step)
    for picture in 0..<3 {
      let snapshots = try store.snapshots(of: run.name, picture: picture)
      #expect(snapshots.last?.step == last && snapshots.last?.inspection.step == last, "picture \(picture)")
    }
  }

  /// Every picture of a preview set with broken ones has snapshots, which say why if there is nothing to see; the log
  /// says it once each.
  @Test(arguments: [[1], [0, 1, 2, 3]]) func brokenPicturesStopNothing(_ broken: [Int]) throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("mvp-broken-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let sound = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("DatasetsTests/Fixtures/color.png")
    for index in 0..<8 {
      // The preview set takes every other one.
      let isBroken = index % 2 == 0 && broken.contains(index / 2)
      let file = folder.appendingPathComponent("p\(index).png")
      try (isBroken ? Data("no picture".utf8) : Data(contentsOf: sound)).write(to: file)
    }
    let small = try SmallRun(extra: "preview: {count: 4}")
    let events = try small.run(
      overrides: ["schedule.steps=10", "data.kind=folder", "data.path=\(folder.path)", "evals.data.kind=none"])
    #expect(events.summary?.outcome == .finished, "\(events.summary?.reason ?? "")")
    let store = try small.store
    let run = try #require(try store.runs().first)
    for picture in 0..<4 {
      let last = try #require(try store.snapshots(of: run.name, picture: picture).last)
      #expect(last.step == 10 && last.preview.name == "p\(2 * picture).png")
      #expect((last.preview.problem != nil) == broken.contains(picture))
      #expect((last.inspection.problem != nil) == broken.contains(picture))
      #expect(last.preview.rgb.isEmpty == broken.contains(picture))
    }
    let told = events.compactMap { event -> String? in
      guard case .message(let message) = event, message.text.contains("of the preview set is not shown") else {
        return nil
      }
      return message.text
    }
    #expect(told.count == broken.count)
  }

  @Test func theFirstAndTheLastStepAreKeptAndTrainingIsTheSame() throws {
    let small = try SmallRun(extra: "preview: {count: 2}")
    let events = try small.run(overrides: ["schedule.steps=12"])
    let store = try small.store
    let run = try #require(try store.runs().first)
    for picture in 0..<2 {
      let snapshots = try store.snapshots(of: run.name, picture: picture)
      #expect(snapshots.last?.step == 12)
      #expect(snapshots.map(\.step) == snapshots.map(\.step).sorted())
      let last = try #require(snapshots.last)
      #expect(last.preview.index == picture && last.preview.rgb.count == 64 * 64 * 3)
      #expect(last.preview.cosine.count == 64 && last.inspection.teachers.map(\.name) == ["clip", "dino"])
    }
    #expect(try store.snapshots(of: run.name, picture: 0).first?.step == 1)
    // Whatever is looked at, the student learns the same.
    let less = try SmallRun(extra: "preview: {count: 1}")
    #expect(try less.run(overrides: ["schedule.steps=12"]).losses == events.losses)
    #expect(try store.snapshots(of: run.name, picture: 0).filter { $0.step == 12 }.count == 1)
    let other = try less.store
    #expect(try other.snapshots(of: try #require(try other.runs().first).name, picture: 1).isEmpty)
  }
}
