import Datasets
import Foundation
import Models
import Pretraining
import Tasks
import Tensors
import Testing

@Suite final class FeatureCacheTests {
  private let folder = FileManager.default.temporaryDirectory.appendingPathComponent("mvp-cache-\(UUID().uuidString)")
  private var file: URL { folder.appendingPathComponent("clip.features") }

  deinit { try? FileManager.default.removeItem(at: folder) }

  /// A run whose crops come again in every epoch of three steps.
  private func trainer(cached: Bool, seed: UInt64 = 21) throws -> (Trainer, CachedGuidance?) {
    var run = TinyRun()
    let teacher = run.teacher("clip", seed: seed, projection: 10)
    let guidance: CachedGuidance? =
      cached
      ? CachedGuidance(
        teacher,
        cache: try FeatureCache(file: file, teacher: teacher.fingerprint, valuesPerCrop: teacher.valuesPerCrop)) : nil
    run.guidances = [guidance ?? teacher]
    run.crops = 1
    return (try run.trainer(), guidance)
  }

  private func losses(_ trainer: Trainer, steps: Int = 9) throws -> [Double] {
    try (0..<steps).map { _ in try trainer.applied().loss }
  }

  @Test func everyCropIsComputedOnce() throws {
    let (trainer, guidance) = try trainer(cached: true)
    let found = try losses(trainer)
    let cache = try #require(guidance)
    #expect(cache.misses == 12 && cache.hits == 24 && cache.cache.count == 12)
    let expected = try losses(try self.trainer(cached: false).0)
    for (a, b) in zip(found, expected) { #expect(abs(a - b) < 1e-5) }
    #expect(cache.takeNotices().isEmpty)
    _ = try trainer.preview(0)
    _ = try trainer.inspect(1)
    #expect(cache.misses == 12, "previews stay out of the cache")
  }

  @Test func anotherProcessFindsWhatWasKept() throws {
    var expected: [Double] = []
    do { expected = try losses(try trainer(cached: true).0) }
    let (again, guidance) = try trainer(cached: true)
    #expect(try losses(again) == expected)
    #expect(guidance?.misses == 0)
  }

  @Test func aKilledAndResumedRunRepeatsTheStraightOne() throws {
    let expected = try losses(try trainer(cached: true).0)
    try FileManager.default.removeItem(at: file)
    do { _ = try losses(try trainer(cached: true).0, steps: 5) }
    // Died in the middle of a record.
    let handle = try FileHandle(forWritingTo: file)
    try handle.seekToEnd()
    try handle.write(contentsOf: Data(repeating: 7, count: 100))
    try handle.close()
    #expect(try losses(try trainer(cached: true).0) == expected)
  }

  @Test func damagedRecordsAreNoticedAndComputedAgain() throws {
    let expected: [Double]
    do { expected = try losses(try trainer(cached: true).0) }
    var bytes = try Data(contentsOf: file)
    let record = (bytes.count - 32) / 12
    bytes[32 + 2 * record + 40] ^= 0x10
    try bytes.write(to: file)
    let (again, guidance) = try trainer(cached: true)
    #expect(try losses(again) == expected)
    #expect(guidance?.misses == 1)
    let notices = try #require(guidance?.takeNotices())
    #expect(notices.count == 1 && notices[0].contains("damaged at record 2") && notices[0].contains(file.path))
    #expect(guidance?.cache.count == 12)
  }

  @Test(arguments: ["another teacher", "no teacher cache", "no whole header", "damaged header"])
  func foreignFilesAreMovedAside(_ what: String) throws {
    do { _ = try losses(try trainer(cached: true, seed: what == "another teacher" ? 5 : 21).0, steps: 3) }
    var bytes = try Data(contentsOf: file)
    switch what {
    case "no teacher cache": bytes = Data("somebody's notes, which are longer than a header".utf8)
    case "no whole header": bytes = bytes.prefix(20)
    case "damaged header": bytes[9] ^= 1
    default: break
    }
    try bytes.write(to: file)
    let (trainer, guidance) = try trainer(cached: true)
    _ = try losses(trainer, steps: 3)
    let notices = try #require(guidance?.takeNotices())
    #expect(notices.count == 1 && notices[0].contains(what))
    let aside = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
      .filter { $0.lastPathComponent.contains("foreign") }
    #expect(try aside.map { try Data(contentsOf: $0) } == [bytes])
    #expect(guidance?.misses == 12)
  }

  @Test func twoRunsDoNotShareAFile() throws {
    let first = try trainer(cached: true)
    #expect(throws: FeatureCacheError.self) { try trainer(cached: true) }
    withExtendedLifetime(first) {}
    #expect(first.1?.cache.count == 0)
  }

  @Test func fingerprintsTellTeachersApart() {
    let run = TinyRun()
    let prints = [
      run.teacher("a", seed: 1).fingerprint, run.teacher("a", seed: 2).fingerprint,
      run.teacher("a", seed: 1, projection: 4).fingerprint,
    ]
    #expect(Set(prints).count == 3)
    #expect(run.teacher("b", seed: 1).fingerprint == prints[0])
  }
}
