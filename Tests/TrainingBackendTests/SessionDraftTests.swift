import Foundation
import Recipe
import RunEvents
import Sessions
import Testing
import TrainingBackend

/// A folder of pictures becomes a session that can be run as it is.
@Suite final class SessionDraftTests {
  private let folder: URL
  private var written = 0

  /// One pixel, and as many bytes behind it as make it another file.
  private static let png = Data(
    base64Encoded: "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")

  init() throws {
    folder = FileManager.default.temporaryDirectory.appendingPathComponent("mvp-draft-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  private func fill(_ folders: [String: Int]) throws {
    for (name, count) in folders.sorted(by: { $0.key < $1.key }) {
      let place = folder.appendingPathComponent("photos").appendingPathComponent(name)
      try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
      for number in 0..<count {
        written += 1
        try ((Self.png ?? Data()) + Data("\(written)".utf8)).write(to: place.appendingPathComponent("\(number).png"))
      }
    }
  }

  private func draft() throws -> SessionDraft {
    let photos = folder.appendingPathComponent("photos", isDirectory: true)
    return SessionDraft(name: "photos", survey: try FolderSurvey(photos), teacher: nil, imageSize: 32)
  }

  private func written(_ draft: SessionDraft) throws -> Session {
    let file = folder.appendingPathComponent("photos.yaml")
    try draft.text(relativeTo: folder).write(to: file, atomically: true, encoding: .utf8)
    return try loadSession(file.path, sessionsDirectory: folder, evaluations: ModelEvaluation.kinds)
  }

  @Test func rectanglesAreWrittenAsTheyAreRead() throws {
    try fill(["cat": 10, "dog": 5])
    let photos = folder.appendingPathComponent("photos", isDirectory: true)
    let draft = SessionDraft(
      name: "photos", survey: try FolderSurvey(photos), teacher: nil, imageSize: PlaneSize(height: 64, width: 32))
    #expect(draft.text(relativeTo: folder).contains("  image_size: [64, 32]"))
    let session = try written(draft)
    #expect(session.settings.student.imageSize == PlaneSize(height: 64, width: 32))
    #expect(session.settings.student.grid == PlaneSize(height: 16, width: 8))
    #expect(SessionCheck(session, measures: false).isReady)
    #expect(SessionDraft.problem(of: PlaneSize(height: 64, width: 36)) != nil)
    #expect(SessionDraft.problem(of: PlaneSize(height: 64, width: 30)) != nil && SessionDraft.problem(of: 64) == nil)
  }

  @Test func aDeviceIsWrittenAsItIsRead() throws {
    try fill(["cat": 10, "dog": 5])
    let photos = folder.appendingPathComponent("photos", isDirectory: true)
    #expect(!(try draft().text(relativeTo: folder).contains("device:")))
    let draft = SessionDraft(
      name: "photos", survey: try FolderSurvey(photos), teacher: nil, imageSize: 32, device: .cuda(1))
    #expect(try written(draft).settings.engine.device == .cuda(1))
  }

  @Test func classDirectoriesAreCountedAndScoredOn() throws {
    try fill(["cat": 10, "dog": 5])
    try Data().write(to: folder.appendingPathComponent("photos/notes.doc"))
    let draft = try draft()
    #expect(draft.survey.pictures == 15 && draft.survey.labels?.classes.map(\.count) == [10, 5])
    let text = draft.text(relativeTo: folder)
    let told = text.replacingOccurrences(of: "\n# ", with: " ")
    #expect(
      told.contains("2 classes by their folders (cat 10, dog 5), 12 pictures of them to learn from and 3 to score on"))
    #expect(text.contains("  path: photos\n") && told.contains("1 file .doc"), "\(text)")
    #expect(text.contains("knn: {k: 6}"))
    let session = try written(draft)
    let photos = folder.appendingPathComponent("photos").path
    #expect(session.settings.data.path == photos && session.settings.evals.data.path == photos)
    #expect(session.settings.schedule.batchSize == 16 && session.settings.evals.atEnd == ["knn", "linear"])
    #expect(SessionCheck(session, measures: false).isReady)
  }

  @Test func partsAreTrainedAndScoredOnApart() throws {
    try fill(["train/cat": 4, "train/dog": 4, "valid/cat": 2, "valid/dog": 2])
    let session = try written(try draft())
    #expect(session.settings.data.path == folder.appendingPathComponent("photos/train").path)
    #expect(session.settings.evals.data.path == folder.appendingPathComponent("photos").path)
    let check = SessionCheck(session, measures: false)
    #expect(check.isReady && check.pictures == 8 && check.evalData?.test == 4)
  }

  @Test func withoutClassesNothingIsScored() throws {
    try fill(["": 6])
    let session = try written(try draft())
    #expect(session.settings.evals.data.kind == .none && session.settings.evals.atEnd.isEmpty)
    #expect(
      try String(contentsOf: folder.appendingPathComponent("photos.yaml"), encoding: .utf8).contains("Nothing judges"))
  }

  /// A name may hold what would end a comment, or what YAML takes for its own.
  @Test func namesOfFoldersWriteNothingOfTheirOwn() throws {
    try fill(["a: \"b\"\nseed: 7": 5, "none # x": 5])
    let session = try written(try draft())
    #expect(
      session.settings.seed == 0 && session.settings.evals.data.path == folder.appendingPathComponent("photos").path)
  }

  @Test func theLengthFitsTheTimeAndIsSaid() throws {
    try fill(["cat": 10, "dog": 5])
    var short = try draft()
    try short.weigh(seconds: 5)
    #expect((1...300).contains(short.steps) && short.check?.cost?.isMeasured == true)
    let text = short.text(relativeTo: folder)
    let told = text.replacingOccurrences(of: "\n# ", with: " ")
    #expect(told.contains("Expected on this machine") && told.contains("peaks at 1e-3"), "\(text)")
    #expect(try written(short).settings.schedule.steps == short.steps)
  }
}
