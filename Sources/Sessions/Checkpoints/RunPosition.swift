import Files
import Foundation
import RunEvents

/// What a checkpoint holds beside the trainer's state: `run.json`.
package struct RunPosition: Codable, Sendable {
  /// Seconds of training so far.
  package var elapsed: Double
  /// The resolved session, as JSON.
  package var session: String
  /// The session's file as it was when the run was last started, as JSON, without what was overridden; nil if it is
  /// not known.
  package var file: String?

  /// Name of the session, the run's length and the guidance in force, for a store that is rebuilt; nil in checkpoints
  /// of earlier versions.
  package var name: String?
  package var totalSteps: Int?
  package var guidance: String?
  /// nil if an earlier version of the program wrote the checkpoint.
  package var fingerprints: RunFingerprints?
  /// Where the run was forked from another; nil: it is no fork.
  package var origin: RunOrigin?
  /// What the run is a trial of; nil: it is none.
  package var trial: TrialOrigin?
  /// The run's place in an ablation; nil: it has none.
  package var ablation: AblationCell?
  /// What a fork begins with; nil in checkpoints that the run wrote itself.
  package var fork: Fork?

  /// The checkpoint is the parent's; the fork goes on from it with another session.
  package struct Fork: Codable, Sendable {
    /// As JSON.
    package var session: String
    /// Whether `guidance.start` was asked for, whatever guidance is in force in the checkpoint.
    package var asksGuidance: Bool

    enum CodingKeys: String, CodingKey {
      case session
      case asksGuidance = "asks_guidance"
    }
  }

  /// The session that the run goes on with from here, as JSON.
  var settings: String { fork?.session ?? session }

  static let fileName = "run.json"
  private static let longest = 16 << 20

  package init(elapsed: Double, session: SessionFile, file: SessionFile? = nil, fingerprints: RunFingerprints? = nil) {
    self.elapsed = elapsed
    self.session = session.json
    self.file = file?.json
    self.fingerprints = fingerprints
  }

  package func write(to folder: URL) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    try encoder.encode(self).write(to: folder.appendingPathComponent(Self.fileName))
  }

  /// - Throws: ``CheckpointError`` of kind `damaged`.
  package static func read(from folder: URL) throws -> RunPosition {
    let file = folder.appendingPathComponent(fileName)
    do {
      return try JSONDecoder().decode(RunPosition.self, from: RegularFile.read(file.path, limit: longest))
    } catch {
      throw CheckpointError(
        .damaged, "\(file.path) is missing or damaged; resume from an older checkpoint by removing this one's folder.")
    }
  }
}
