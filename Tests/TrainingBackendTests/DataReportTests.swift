import Foundation
import Testing
import TrainingBackend

/// Pictures are looked at before training.
@Suite final class DataReportTests {
  private let folder: URL

  /// One red pixel.
  private static let png = Data(
    base64Encoded: "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")

  init() throws {
    folder = FileManager.default.temporaryDirectory.appendingPathComponent("mvp-data-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  /// A picture, with `mark` behind it to make it another file.
  private func put(_ name: String, mark: String) throws {
    let file = folder.appendingPathComponent(name)
    try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try ((Self.png ?? Data()) + Data(mark.utf8)).write(to: file)
  }

  @Test func everythingIsCountedAndNamed() throws {
    for number in 0..<4 { try put("train/cat/\(number).png", mark: "c\(number)") }
    for number in 0..<2 { try put("train/dog/\(number).png", mark: "d\(number)") }
    try put("val/cat/copy.png", mark: "c1")
    try put("val/dog/2.png", mark: "d2")
    try put("val/dog/again.png", mark: "d2")
    try put("train/stray.png", mark: "s")
    try Data("no picture".utf8).write(to: folder.appendingPathComponent("train/dog/broken.png"))
    try Data().write(to: folder.appendingPathComponent("train/cat/notes.doc"))
    var told: [Int] = []
    let report = try DataReport(folder) { done, _ in told.append(done) }
    #expect(report.pictures == 11 && report.looked == 11 && told == [11] && report.kind == "folder")
    #expect(report.classes.map(\.name) == ["cat", "dog"])
    #expect(report.classes.map(\.training) == [4, 3] && report.classes.map(\.test) == [1, 2])
    #expect(report.splits.map(\.name) == ["train", "val"] && report.splits.map(\.pictures) == [8, 3])
    #expect(
      report.leftOut.map(\.count) == [1, 1]
        && report.leftOut.map(\.names) == [["train/cat/notes.doc"], ["train/stray.png"]])
    #expect(report.brokenCount == 1 && report.broken.map(\.name) == ["train/dog/broken.png"])
    #expect(report.duplicates.pictures == 2 && report.duplicates.acrossSplits == 1)
    #expect(report.duplicates.acrossExamples == [["train/cat/1.png", "val/cat/copy.png"]])
    #expect(report.widths == report.heights && report.widths?.middle == 1)
    #expect(report.formats == ["PNG": 10] && report.channels == ["colour with transparency": 10])
    #expect(report.mean.count == 3 && report.deviation.allSatisfy { $0 < 1e-6 })
    #expect(report.crops(of: 2, each: 2, size: 4).allSatisfy { $0.count == 3 && $0.allSatisfy { $0.rgb.count == 48 } })

    let object = try #require(
      try JSONSerialization.jsonObject(with: try JSONEncoder().encode(report)) as? [String: Any])
    #expect(
      object["pictures"] as? Int == 11 && (object["classes"] as? [[String: Any]])?.first?["pictures"] as? Int == 5)
    #expect(
      (object["splits"] as? [Any])?.count == 2 && (object["left_out"] as? [[String: Any]])?.first?["reason"] is String)
    #expect(try DataReport(folder, most: 3).looked == 3)
  }

  @Test func whatCannotBeEvaluatedIsSaidAndAListIsDataToo() throws {
    for number in 0..<6 { try put("\(number).png", mark: "\(number)") }
    let flat = try DataReport(folder)
    #expect(flat.classes.isEmpty && flat.whyNoClasses?.contains("no class directories") == true && flat.splits.isEmpty)
    let list = folder.appendingPathComponent("list.jsonl")
    let lines = (0..<6).map {
      "{\"path\": \"\($0).png\", \"label\": \"\($0 % 2 == 0 ? "a" : "b")\", \"split\": \"\($0 < 4 ? "train" : "dev")\"}"
    }
    try lines.joined(separator: "\n").write(to: list, atomically: true, encoding: .utf8)
    let report = try DataReport(list)
    #expect(report.kind == "list" && report.classes.map(\.name) == ["a", "b"])
    #expect(report.classes.map(\.training) == [2, 2] && report.classes.map(\.test) == [1, 1])
    #expect(report.splits.map(\.name) == ["train", "validation"] && report.splits.map(\.pictures) == [4, 2])
    #expect(throws: (any Error).self) { try DataReport(self.folder.appendingPathComponent("none")) }
    let survey = try FolderSurvey(list)
    #expect(survey.pictures == 4 && survey.kind == "list" && survey.training == list && survey.labels?.train == 4)
  }
}
