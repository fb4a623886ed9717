import Evaluation
import Foundation
import Recipe
import RunEvents
import Sessions

/// The run that trains one of the small teachers and tokenizers from drawn scenes, as those that ship with the program
/// were: `mvp teach`.
package struct TeacherTraining: Sendable {
  package enum Kind: String, CaseIterable, Sendable {
    case clip, dino, dvae, vqkd, peco

    fileprivate var task: TaskKind {
      switch self {
      case .clip: .teachClip
      case .dino: .teachDino
      case .dvae: .teachDvae
      case .vqkd: .teachVQKD
      case .peco: .teachPeCo
      }
    }

    /// Whether another teacher teaches it.
    package var isTaught: Bool { task.isTaught }
  }

  package var kind: Kind
  /// nil: the recipe's.
  package var steps: Int?
  package var seed: UInt64 = 0
  /// Of a tokenizer: `clip`, `dino` or a path to weights; nil: the recipe's.
  package var teacher: String?
  package var engine = EngineOptions()
  /// File that the teacher is written to.
  package var output: URL

  package init(kind: Kind, output: URL) {
    self.kind = kind
    self.output = output
  }

  /// What stands in the file, and how it came about.
  package struct Result: Codable, Equatable, Sendable {
    package var output: String
    package var steps: Int
    package var scores: [String: Double]
    package var seconds: Double

    /// - Parameters:
    ///   - results: evaluations of the whole run.
    ///   - seconds: wall time.
    package init(output: URL, summary: RunSummary, results: [EvalResult], seconds: Double) {
      self.output = output.path
      self.seconds = seconds
      steps = summary.step
      let last = results.filter { $0.step == summary.step }
      scores = Dictionary(
        last.map { (scoreKey($0.kind), $0.score) }, uniquingKeysWith: { $1 })
    }
  }

  /// The session of the run: `SESSIONS/teach-clip`, `SESSIONS/teach-dino`, ...
  package func session(in sessions: URL) throws -> Session {
    let name = kind.task.rawValue
    var settings = try SessionFile(yaml: "task: \(name)", file: "mvp teach \(kind.rawValue)")
    settings.seed = seed
    settings.threads = engine.threads
    settings.engine.device = engine.device
    settings.engine.dtype = engine.dtype
    settings.engine.backend = engine.backend
    settings.schedule.steps = steps ?? settings.schedule.steps
    settings.teach.output = output.path
    if let teacher {
      settings.teach.teacher =
        TeachSettings.shippedTeachers.contains(teacher) ? teacher : URL(fileURLWithPath: teacher).path
    }
    return Session(
      name: name, source: "mvp teach \(kind.rawValue)", settings: settings,
      directory: sessions.appendingPathComponent(name, isDirectory: true))
  }
}

/// A kind of evaluation as a teacher's file and the JSON of `mvp teach` name its score: `zero_shot`.
func scoreKey(_ kind: String) -> String {
  let earlier = EvaluationKinds.descriptions.first { $0.kind == kind }?.earlierKind
  return (earlier ?? kind).replacingOccurrences(of: "-", with: "_")
}
