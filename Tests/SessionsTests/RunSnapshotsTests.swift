import Foundation
import RunEvents
import Sessions
import Testing

/// Snapshots of preview pictures in the run store.
@Suite struct RunSnapshotsTests {
  private func snapshot(_ step: Int, picture: Int) -> PictureSnapshot {
    let preview = MaskPreview(
      step: step, index: picture, name: "scene \(picture)", guidance: "clip", width: 2, height: 1,
      rgb: Data([1, 2, 3, 4, 5, UInt8(picture)]), gridRows: 1, gridColumns: 2, mask: [true, false],
      cosine: [0.25 * Float(step), .infinity])
    let inspection = PatchInspection(
      step: step, index: picture, guidance: "clip", gridRows: 1, gridColumns: 2,
      teachers: [.init(name: "clip", components: Data([9, 8, 7, 6, 5, 4]), explained: 0.5)], prediction: Data([1]),
      student: Data([2]), studentExplained: 0.25, attention: [0.5, 0.5], objective: "cosine", loss: [1, 2],
      maskFrequency: [0, 1], maskCount: 3, seconds: 0)
    return PictureSnapshot(preview: preview, inspection: inspection)
  }

  @Test func whatWasKeptIsReadAgain() throws {
    let directory = try TemporaryDirectory()
    let store = try RunStore(directory: directory.url.appendingPathComponent("demo"))
    let settings = try SessionFile(yaml: "schedule: {steps: 1000}", file: "x.yaml")
    let recorder = try store.create(settings: settings, totalSteps: 1000)
    let snapshots = [
      snapshot(1, picture: 0), snapshot(32, picture: 0), snapshot(33, picture: 1), snapshot(64, picture: 0),
    ]
    for snapshot in snapshots { try recorder.keep(snapshot) }
    #expect(try store.snapshots(of: recorder.name, picture: 0) == [snapshots[0], snapshots[1], snapshots[3]])
    #expect(try store.snapshots(of: recorder.name, picture: 1) == [snapshots[2]])
    #expect(try store.snapshots(of: recorder.name, picture: 2).isEmpty)
    let reference = RunReference(session: "demo", run: recorder.name)
    #expect(try store.history(.snapshots(reference, picture: 1))?.snapshots == [snapshots[2]])
    #expect(try store.lastSnapshots(of: recorder.name) == [snapshots[3], snapshots[2]])
    #expect(try store.history(.lastSnapshots(reference))?.snapshots == [snapshots[3], snapshots[2]])
    #expect(throws: RunStoreError.self) {
      try store.history(.lastSnapshots(RunReference(session: "demo", run: "none")))
    }
    // A run that goes back to a checkpoint forgets what it had not seen then.
    try recorder.rewind(to: 32, guidance: "clip")
    #expect(try store.snapshots(of: recorder.name, picture: 0) == [snapshots[0], snapshots[1]])
    #expect(try store.snapshots(of: recorder.name, picture: 1).isEmpty)
  }
}
