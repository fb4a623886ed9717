import Foundation
import Models
import RunEvents
import Sessions
import Tensors
import Testing
import TrainingBackend

/// Runs whose targets are codes.
@Suite struct CodeRunTests {
  private func folder() throws -> URL {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("codes-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    return folder
  }

  private func session(_ folder: URL, _ guidance: String, _ objective: String) throws -> Session {
    let file = folder.appendingPathComponent("codes.yaml")
    try """
    seed: 5
    threads: 1
    data: {range: [0, 64], image_size: 64}
    student: {image_size: 64, patch_size: 16, width: 16, depth: 1, heads: 2}
    guidance: \(guidance)
    objective: \(objective)
    schedule: {steps: 6, batch_size: 4, checkpoint_every: 3}
    preview: {count: 2}
    evals: {data: {kind: none}}
    """.write(to: file, atomically: true, encoding: .utf8)
    return try loadSession(file.path, sessionsDirectory: folder)
  }

  private func tokenizer(_ folder: URL, seed: UInt64) throws -> URL {
    var sizes = DiscreteVAEConfiguration()
    (sizes.codes, sizes.codeWidth, sizes.width, sizes.halvings) = (12, 4, 8, 2)
    let file = folder.appendingPathComponent("tokenizer.safetensors")
    try DiscreteVAE(sizes, device: CPUDevice(threads: 1), seed: seed).save(card: TokenizerCard(seed: seed), to: file)
    return file
  }

  /// Codes, features and colours by turns, each with a head of its own; the tokenizer sees 4 px a patch.
  @Test func aRunGoesFromCodesToFeaturesAndBack() throws {
    let folder = try folder()
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = try tokenizer(folder, seed: 1)
    let session = try session(
      folder, "{start: own, own: {weights: '\(file.path)'}, clip: shipped, mean-colour: computed}", "{method: beit}")
    let events = try SmallRun().run(session: session) { event in
      guard case .step(let metrics) = event else { return [] }
      switch metrics.step {
      case 1: return [.showPreview(index: 0), .inspect(index: 0)]
      case 2: return [.switchGuidance(name: "clip")]
      case 4: return [.switchGuidance(name: "own+mean-colour")]
      default: return []
      }
    }
    #expect(events.summary?.outcome == .finished, "\(events.summary?.reason ?? "")")
    #expect(events.losses.count == 6)
    let started = try #require(events.compactMap { if case .started(let run) = $0 { run } else { nil } }.first)
    #expect(started.guidances.map(\.codes) == [12, nil, nil] && started.guidances[0].featureWidth == 12)
    #expect(Set(started.metrics.map(\.key)).contains("token_accuracy"))
    let previews = events.compactMap { if case .preview(let preview) = $0 { preview } else { nil } }
    let shown = try #require(previews.first { $0.guidance == "own" && $0.step > 0 })
    #expect(shown.cosine.isEmpty && shown.signs?.what == "codes" && shown.pictures?.first?.title == "rebuilt")
    #expect(shown.pictures?.first?.rgb.count == 3 * 64 * 64)
    let inspected = events.compactMap { if case .inspection(let seen) = $0 { seen } else { nil } }
    #expect(inspected.first?.objective == "cross_entropy")
  }

  /// Another tokenizer under the same name is noticed where a run goes on.
  @Test func anotherTokenizerIsNoticed() throws {
    let folder = try folder()
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = try tokenizer(folder, seed: 1)
    let session = try session(folder, "{own: {weights: '\(file.path)'}}", "{method: beit}")
    #expect(session.settings.guidance.start == "dvae")
    let own = try self.session(folder, "{start: own, own: {weights: '\(file.path)'}}", "{method: beit}")
    #expect(own.settings.guidance.teachers.map(\.name) == ["own"])
    let small = try SmallRun()
    #expect(try small.run(steps: 3, session: own).losses.count == 3)
    _ = try tokenizer(folder, seed: 2)
    let refused = try small.run(resume: true, session: own)
    #expect(refused.losses.isEmpty && refused.summary?.reason?.contains("teacher own has other weights") == true)
  }
}
