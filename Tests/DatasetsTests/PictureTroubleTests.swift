import Datasets
import Foundation
import Testing

@Suite("Pictures that the system does not give")
struct PictureTroubleTests {
  /// Twelve pictures in two folders.
  private func make(in folder: URL) throws -> ImageFolderSource {
    let picture = try Fixtures.url("color.png")
    for group in ["a", "b"] {
      let group = folder.appendingPathComponent(group)
      try FileManager.default.createDirectory(at: group, withIntermediateDirectories: true)
      for index in 0..<6 {
        try FileManager.default.copyItem(at: picture, to: group.appendingPathComponent("\(index).png"))
      }
    }
    return try ImageFolderSource(directory: folder)
  }

  private func loader(_ source: any PictureSource, isPatient: Bool = true) -> BatchLoader {
    BatchLoader(
      source: source, batchSize: 4, seed: 1, augmentation: .pretraining(size: 16), prefetch: 3, isPatient: isPatient)
  }

  @Test("A folder that is away fails the batch, which is the same when it is back", arguments: ["", "a"])
  func away(part: String) throws {
    try withTemporaryFolder { root in
      let folder = root.appendingPathComponent("pictures")
      let source = try make(in: folder)
      let whole = try (0..<8).map { try loader(source).batch(step: $0) }
      let patient = loader(source)
      #expect(try patient.batch(step: 0) == whole[0])
      let moved = part.isEmpty ? folder : folder.appendingPathComponent(part)
      try FileManager.default.moveItem(at: moved, to: root.appendingPathComponent("away"))
      // Batches that were made ahead are still good.
      var failed = 0
      for step in 1..<8 {
        do {
          #expect(try patient.batch(step: step) == whole[step])
        } catch {
          failed += 1
          #expect((error as? DatasetError)?.systemCode == ENOENT)
        }
      }
      #expect(failed >= 3)
      try FileManager.default.moveItem(at: root.appendingPathComponent("away"), to: moved)
      for step in 1..<8 { #expect(try patient.batch(step: step) == whole[step], "step \(step)") }
    }
  }

  @Test("A picture that is gone alone is waited for a moment, and the next ones that are gone are not")
  func alone() throws {
    try withTemporaryFolder { root in
      let source = try make(in: root)
      try FileManager.default.removeItem(at: root.appendingPathComponent("a/2.png"))
      let index = try #require(source.files.firstIndex(of: "a/2.png"))
      #expect(source.trouble(at: index, try error(source, index)) == .alone)
      let patient = loader(source)
      let end = ContinuousClock.now + .seconds(20)
      var tries = 0
      for step in 0..<4 {
        while ContinuousClock.now < end {
          if (try? patient.batch(step: step)) != nil { break }
          tries += 1
          usleep(100_000)
        }
      }
      #expect(tries >= 5)
      try FileManager.default.removeItem(at: root.appendingPathComponent("b/3.png"))
      #expect(try (4..<10).flatMap { try patient.batch(step: $0)[0].skipped }.map(\.path).contains("b/3.png"))
      let hasty = loader(source, isPatient: false)
      #expect(try (0..<6).flatMap { try hasty.batch(step: $0)[0].skipped }.map(\.path).contains("a/2.png"))
    }
  }

  @Test("Bytes that are no picture are broken and nothing else")
  func broken() throws {
    try withTemporaryFolder { root in
      let source = try make(in: root)
      try Data("no picture".utf8).write(to: root.appendingPathComponent("a/2.png"))
      let index = try #require(source.files.firstIndex(of: "a/2.png"))
      #expect(source.trouble(at: index, try error(source, index)) == .broken)
      let batches = try (0..<6).map { try loader(source).batch(step: $0) }
      #expect(batches.flatMap { $0[0].skipped }.map(\.path).contains("a/2.png"))
    }
  }

  private func error(_ source: ImageFolderSource, _ index: Int) throws -> any Error {
    do {
      _ = try source.picture(at: index)
    } catch { return error }
    throw DatasetError("the picture can be read")
  }
}
