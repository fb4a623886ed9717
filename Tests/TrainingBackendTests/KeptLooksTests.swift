import RunEvents
import Sessions
import Testing
import TrainingBackend

/// What a run keeps of its preview pictures.
@Suite struct KeptLooksTests {
  @Test func theFirstAndTheLastStepAreKeptAndTrainingIsTheSame() throws {
    let small = try SmallRun(extra: "preview: {count: 2}")
    let events = try small.run(overrides: ["schedule.steps=12"])
    let store = try small.store
    let run = try #require(try store.newestRun())
    for picture in 0..<2 {
      let looks = try store.looks(of: run.name, picture: picture)
      #expect(looks.last?.step == 12)
      #expect(looks.map(\.step) == looks.map(\.step).sorted())
      let last = try #require(looks.last)
      #expect(last.preview.index == picture && last.preview.rgb.count == 64 * 64 * 3)
      #expect(last.preview.cosine.count == 64 && last.inspection.teachers.map(\.name) == ["clip", "dino"])
    }
    #expect(try store.looks(of: run.name, picture: 0).first?.step == 1)
    // Whatever is looked at, the student learns the same.
    let less = try SmallRun(extra: "preview: {count: 1}")
    #expect(try less.run(overrides: ["schedule.steps=12"]).losses == events.losses)
    let other = try less.store
    #expect(try other.looks(of: try #require(try other.newestRun()).name, picture: 1).isEmpty)
  }
}
