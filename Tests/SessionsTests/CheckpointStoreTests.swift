import Foundation
import Sessions
import Testing

@Suite struct CheckpointStoreTests {
  private let directory: TemporaryDirectory
  private let store: CheckpointStore

  init() throws {
    directory = try TemporaryDirectory()
    store = CheckpointStore(directory: directory.url.appendingPathComponent("checkpoints"), run: "brisk-otter", keep: 2)
  }

  private var folder: URL { directory.url.appendingPathComponent("checkpoints/brisk-otter") }

  @discardableResult
  private func save(_ step: Int, _ text: String = "weights") throws -> SavedCheckpoint {
    try store.save(step: step) { folder in
      try Data("\(text) \(step)".utf8).write(to: folder.appendingPathComponent("student.safetensors"))
      try Data("{}".utf8).write(to: folder.appendingPathComponent("state.json"))
    }
  }

  private func text(_ checkpoint: SavedCheckpoint?) throws -> String {
    try String(contentsOf: try #require(checkpoint).file("student.safetensors"), encoding: .utf8)
  }

  private func names() throws -> [String] { try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() }

  @Test func aCheckpointIsReadBack() throws {
    #expect(store.newest().checkpoint == nil && store.newest().warnings.isEmpty)
    let saved = try save(100)
    #expect(saved.url.path == folder.path + "/100" && saved.bytes == 13 && saved.seconds > 0)
    let found = try #require(store.newest().checkpoint)
    #expect(found.step == 100 && found.url == saved.url && found.bytes == 13)
    #expect(try text(found) == "weights 100")
    #expect(try names() == ["100"])
  }

  @Test func theNewestAreKept() throws {
    for step in [2, 10, 9, 100] { try save(step) }
    #expect(store.steps() == [10, 100])
    #expect(store.newest().checkpoint?.step == 100)
    #expect(try text(try store.checkpoint(step: 10)) == "weights 10")
    let error = try #require(throws: CheckpointError.self) { try store.checkpoint(step: 2) }
    #expect(error.description == "run brisk-otter has no checkpoint of step 2 in \(folder.path); there are 10, 100.")
  }

  @Test func theSameStepIsReplaced() throws {
    try save(5, "first")
    try save(5, "second")
    #expect(try text(store.newest().checkpoint) == "second 5")
    #expect(try names() == ["5"])
  }

  /// xxHash64 of published test inputs; the values are those of the reference implementation.
  @Test(arguments: [
    ("", "ef46db3751d8e999"), ("a", "d24ec4f1a98c6e5b"), ("abc", "44bc2cf5ad770999"),
    ("Nobody inspects the spammish repetition", "fbcea83c8a378bf1"),
  ])
  func checksumsAreXXHash64(_ text: String, hash: String) throws {
    _ = try store.save(step: 1) { try Data(text.utf8).write(to: $0.appendingPathComponent("file")) }
    let manifest = try String(contentsOf: folder.appendingPathComponent("1/manifest.json"), encoding: .utf8)
    #expect(manifest.contains("\"xxh64\" : \"\(hash)\"") && manifest.contains("\"bytes\" : \(text.utf8.count)"))
  }

  @Test(arguments: ["flip", "cut", "remove", "manifest", "no manifest", "other run"])
  func aDamagedNewestFallsBackToTheOneBefore(_ damage: String) throws {
    try save(10)
    try save(20)
    let file = folder.appendingPathComponent("20/student.safetensors")
    let manifest = folder.appendingPathComponent("20/manifest.json")
    let expected: String
    switch damage {
    case "flip":
      var data = try Data(contentsOf: file)
      data[3] ^= 1
      try data.write(to: file)
      expected = "student.safetensors is not what was written (its checksum differs)"
    case "cut":
      try Data("weigh".utf8).write(to: file)
      expected = "student.safetensors has 5 bytes instead of 10"
    case "remove":
      try FileManager.default.removeItem(at: file)
      expected = "student.safetensors cannot be read"
    case "manifest":
      try Data("{\"version\": 1".utf8).write(to: manifest)
      expected = "its manifest.json is not readable"
    case "no manifest":
      try FileManager.default.removeItem(at: manifest)
      expected = "it has no manifest.json"
    default:
      let text = try String(contentsOf: manifest, encoding: .utf8).replacingOccurrences(
        of: "brisk-otter", with: "calm-cod")
      try Data(text.utf8).write(to: manifest)
      expected = "it belongs to step 20 of run calm-cod"
    }
    let search = store.newest()
    #expect(search.checkpoint?.step == 10)
    #expect(try text(search.checkpoint) == "weights 10")
    #expect(
      search.warnings == [
        "the checkpoint of step 20 at \(folder.path)/20 is damaged: \(expected); use an earlier one."
      ])
  }

  @Test func aFailedWriteLeavesTheOldOnes() throws {
    try save(10)
    try save(20)
    let error = try #require(throws: CheckpointError.self) {
      try store.save(step: 30) { folder in
        try Data("half".utf8).write(to: folder.appendingPathComponent("student.safetensors"))
        throw POSIXError(.ENOSPC)
      }
    }
    #expect(error.kind == .notWritten)
    #expect(
      error.description
        == "the checkpoint of step 30 was not written to \(folder.path)/30: no space left on device; earlier "
        + "checkpoints are as they were; free some space and checkpoint again.")
    #expect(try names() == ["10", "20"])
    #expect(store.newest().checkpoint?.step == 20 && store.newest().warnings.isEmpty)
    // The same step again, after the replaced one was whole.
    #expect(throws: CheckpointError.self) { try store.save(step: 20) { _ in throw POSIXError(.EIO) } }
    #expect(try text(store.newest().checkpoint) == "weights 20")
  }

  /// The process ends between writing and renaming: a copy of the folder as it stands then is what the next process
  /// finds.
  @Test func aCrashBeforeTheRenameLeavesThePreviousCheckpoint() throws {
    try save(10)
    let crashed = directory.url.appendingPathComponent("crashed")
    _ = try store.save(step: 20) { aside in
      try Data("written whole".utf8).write(to: aside.appendingPathComponent("student.safetensors"))
      try FileManager.default.createDirectory(at: crashed, withIntermediateDirectories: true)
      try FileManager.default.copyItem(at: folder, to: crashed.appendingPathComponent("brisk-otter"))
    }
    let next = CheckpointStore(directory: crashed, run: "brisk-otter", keep: 2)
    #expect(next.steps() == [10])
    #expect(try text(next.newest().checkpoint) == "weights 10")
    #expect(next.newest().warnings.isEmpty)
    let before = try FileManager.default.contentsOfDirectory(atPath: crashed.appendingPathComponent("brisk-otter").path)
    #expect(before.count == 2)
    next.cleanLeftovers()
    let after = try FileManager.default.contentsOfDirectory(atPath: crashed.appendingPathComponent("brisk-otter").path)
    #expect(after == ["10"])
  }

  /// The process ends between the two renames that replace a checkpoint of the same step.
  @Test func aCrashWhileReplacingBringsTheReplacedOneBack() throws {
    try save(10, "old")
    try FileManager.default.moveItem(
      at: folder.appendingPathComponent("10"), to: folder.appendingPathComponent(".replaced-10"))
    store.cleanLeftovers()
    #expect(try text(store.newest().checkpoint) == "old 10")
    try FileManager.default.copyItem(
      at: folder.appendingPathComponent("10"), to: folder.appendingPathComponent(".replaced-10"))
    store.cleanLeftovers()
    #expect(try names() == ["10"])
  }

  @Test func laterCheckpointsAreDiscarded() throws {
    try save(10)
    try save(20)
    try store.discard(after: 10)
    #expect(store.steps() == [10])
    try store.discard(after: 10)
    #expect(store.newest().checkpoint?.step == 10)
  }

  @Test func filesBelowFoldersCountToo() throws {
    _ = try store.save(step: 1) { folder in
      let inner = folder.appendingPathComponent("heads")
      try FileManager.default.createDirectory(at: inner, withIntermediateDirectories: true)
      try Data(count: 3_000_000).write(to: inner.appendingPathComponent("clip.safetensors"))
    }
    #expect(store.newest().checkpoint?.bytes == 3_000_000)
    let handle = try FileHandle(forUpdating: folder.appendingPathComponent("1/heads/clip.safetensors"))
    try handle.seek(toOffset: 2_999_999)
    try handle.write(contentsOf: Data([1]))
    try handle.close()
    let search = store.newest()
    #expect(search.checkpoint == nil && search.warnings.count == 1)
  }
}
