import Foundation
import GRDB
import RunEvents
import Sessions
import Testing

/// Stores that may only be read, and stores with something else in a row than there should be.
@Suite struct UnreadableStoreTests {
  private let directory: TemporaryDirectory
  private let session: URL

  init() throws {
    directory = try TemporaryDirectory()
    session = directory.url.appendingPathComponent("a folder?#%", isDirectory: true)
  }

  private var file: URL { session.appendingPathComponent("runs.sqlite") }

  @discardableResult
  private func fill() throws -> String {
    let store = try RunStore(directory: session)
    let settings = try SessionFile(yaml: "seed: 1\nschedule: {steps: 10}", file: "x.yaml")
    let recorder = try store.create(settings: settings, totalSteps: 10)
    try recorder.record(.step(sampleStep(1)))
    try recorder.record(.finished(RunSummary(outcome: .stopped, step: 1, seconds: 1)))
    try recorder.close()
    return recorder.name
  }

  private func change(_ sql: String) throws { try DatabaseQueue(path: file.path).write { try $0.execute(sql: sql) } }

  @Test(arguments: [
    "seed = 'x'", "created = 'today'", "total_steps = 'many'", "name = x'ff00'", "note = x'80'", "last_loss = 'nan'",
  ])
  func aRowOfAnotherKindIsDamage(assignment: String) throws {
    try fill()
    try change("UPDATE runs SET \(assignment)")
    let store = try #require(try RunStore.existing(in: session))
    for read in [{ _ = try store.catalog() }, { _ = try store.runs() }] {
      let error = #expect(throws: RunStoreError.self) { try read() }
      #expect(error?.kind == .unusable && error?.description.contains("is damaged; move it aside") == true)
    }
  }

  @Test func aStoreIsReadWithoutWritingAnything() throws {
    let name = try fill()
    let before = try FileManager.default.contentsOfDirectory(atPath: session.path).sorted()
    let store = try RunStore(readingOnly: session)
    #expect(try store.catalog().runs.map(\.name) == [name])
    #expect(try store.history(.run(RunReference(session: "s", run: name)))?.metrics.clock.last?.step == 1)
    #expect(try FileManager.default.contentsOfDirectory(atPath: session.path).sorted() == before)
    let error = #expect(throws: RunStoreError.self) { try store.edit(name, .note("x")) }
    #expect(error?.description.contains("cannot be opened for writing; make its folder writable") == true)
    #expect(store.baselineScore("none") == nil)
  }

  /// One of an earlier version is brought up to date in memory.
  @Test func anEarlierStoreIsReadToo() throws {
    try FileManager.default.createDirectory(at: session, withIntermediateDirectories: true)
    let earlier = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("Fixtures/earlier.sqlite")
    try FileManager.default.copyItem(at: earlier, to: file)
    let bytes = try Data(contentsOf: file)
    let store = try RunStore(readingOnly: session)
    #expect(Set(try store.catalog().runs.map(\.name)) == ["quiet-eagle", "golden-wombat"])
    #expect(try Data(contentsOf: file) == bytes)
  }

  @Test func anEmptyFileIsNoStore() throws {
    try FileManager.default.createDirectory(at: session, withIntermediateDirectories: true)
    try Data().write(to: file)
    #expect(throws: RunStoreError.self) { try RunStore(readingOnly: session) }
  }

  /// What was measured once is there for whoever asks next.
  @Test func baselinesAreKept() throws {
    try fill()
    let store = try RunStore(directory: session)
    #expect(store.baselineScore("0123") == nil)
    store.keepBaseline(0.5, subject: "teacher clip", kind: "knn", fingerprint: "0123")
    store.keepBaseline(0.75, subject: "teacher clip", kind: "knn", fingerprint: "0123")
    #expect(try RunStore(directory: session).baselineScore("0123") == 0.75)
  }
}
