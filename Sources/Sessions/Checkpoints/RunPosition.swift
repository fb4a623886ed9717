import Files
import Foundation

/// What a checkpoint holds beside the trainer's state: `run.json`.
public struct RunPosition: Codable, Sendable {
  /// Seconds of training so far.
  public var elapsed: Double
  /// The resolved session, as JSON.
  public var session: String
  /// The session's file as it was when the run was last started, as JSON, without what was overridden; nil where it is
  /// not known.
  public var file: String?

  /// Name of the session, the run's length and the guidance in force, for a store that is rebuilt; nil in checkpoints
  /// of earlier versions.
  public var name: String?
  public var totalSteps: Int?
  public var guidance: String?
  /// nil where an earlier version of the program wrote the checkpoint.
  public var fingerprints: RunFingerprints?

  private static let fileName = "run.json"
  private static let longest = 16 << 20

  public init(elapsed: Double, session: SessionFile, file: SessionFile? = nil, fingerprints: RunFingerprints? = nil) {
    self.elapsed = elapsed
    self.session = session.json
    self.file = file?.json
    self.fingerprints = fingerprints
  }

  public func write(to folder: URL) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    try encoder.encode(self).write(to: folder.appendingPathComponent(Self.fileName))
  }

  /// - Throws: ``CheckpointError`` of kind `damaged`.
  public static func read(from folder: URL) throws -> RunPosition {
    let file = folder.appendingPathComponent(fileName)
    do {
      return try JSONDecoder().decode(RunPosition.self, from: RegularFile.read(file.path, limit: longest))
    } catch {
      throw CheckpointError(
        .damaged, "\(file.path) is missing or damaged; resume from an older checkpoint by removing this one's folder.")
    }
  }
}
