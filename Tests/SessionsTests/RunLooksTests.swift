import Foundation
import RunEvents
import Sessions
import Testing

/// Looks at preview pictures in the run store.
@Suite struct RunLooksTests {
  private func look(_ step: Int, picture: Int) -> PictureLook {
    let preview = MaskPreview(
      step: step, index: picture, name: "scene \(picture)", guidance: "clip", width: 2, height: 1,
      rgb: Data([1, 2, 3, 4, 5, UInt8(picture)]), gridRows: 1, gridColumns: 2, mask: [true, false],
      cosine: [0.25 * Float(step), .infinity])
    let inspection = PatchInspection(
      step: step, index: picture, guidance: "clip", gridRows: 1, gridColumns: 2,
      teachers: [.init(name: "clip", components: Data([9, 8, 7, 6, 5, 4]), explained: 0.5)], prediction: Data([1]),
      student: Data([2]), studentExplained: 0.25, attention: [0.5, 0.5], objective: "cosine", loss: [1, 2],
      maskFrequency: [0, 1], maskCount: 3, seconds: 0)
    return PictureLook(preview: preview, inspection: inspection)
  }

  @Test func whatWasKeptIsReadAgain() throws {
    let directory = try TemporaryDirectory()
    let store = try RunStore(directory: directory.url.appendingPathComponent("demo"))
    let settings = try SessionFile(yaml: "schedule: {steps: 1000}", file: "x.yaml")
    let recorder = try store.create(settings: settings, totalSteps: 1000)
    let looks = [look(1, picture: 0), look(32, picture: 0), look(33, picture: 1), look(64, picture: 0)]
    for look in looks { try recorder.keep(look) }
    #expect(try store.looks(of: recorder.name, picture: 0) == [looks[0], looks[1], looks[3]])
    #expect(try store.looks(of: recorder.name, picture: 1) == [looks[2]])
    #expect(try store.looks(of: recorder.name, picture: 2).isEmpty)
    let reference = RunReference(session: "demo", run: recorder.name)
    #expect(try store.history(.looks(reference, picture: 1))?.looks == [looks[2]])
    // A run that goes back to a checkpoint forgets what it had not seen then.
    try recorder.rewind(to: 32, guidance: "clip")
    #expect(try store.looks(of: recorder.name, picture: 0) == [looks[0], looks[1]])
    #expect(try store.looks(of: recorder.name, picture: 1).isEmpty)
  }
}
