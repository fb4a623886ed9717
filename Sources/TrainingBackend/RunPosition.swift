import Foundation
import Pretraining

/// What a checkpoint holds beside the trainer's state: `run.json`.
struct RunPosition: Codable {
  /// Seconds of training so far.
  var elapsed: Double
  /// The resolved session, as JSON.
  var session: String

  private static let fileName = "run.json"

  func write(to folder: URL) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    try encoder.encode(self).write(to: folder.appendingPathComponent(Self.fileName))
  }

  /// Name of the guidance that was in force in a checkpoint.
  static func guidance(in folder: URL) throws -> String { try Trainer.progress(in: folder).guidance }

  static func read(from folder: URL) throws -> RunPosition {
    let file = folder.appendingPathComponent(fileName)
    do {
      return try JSONDecoder().decode(RunPosition.self, from: Data(contentsOf: file))
    } catch {
      throw BackendError(
        "\(file.path) is missing or damaged; resume from an older checkpoint by removing this one's folder.")
    }
  }
}
