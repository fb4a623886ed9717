import Files
import Foundation
import RunEvents
import Synchronization
import TrainingBackend

/// Prints what an ablation tells: a line that is overwritten for the run at work, a line for each run that ends.
final class AblationReporter: Sendable {
  private let session: String
  private let table: AblationTable
  private let json: Bool
  private let progress = Mutex(ProgressLine(label: "ablate"))

  init(_ table: AblationTable, session: String, json: Bool) {
    self.table = table
    self.session = session
    self.json = json
  }

  @Sendable func report(_ news: AblationNews) {
    progress.withLock { progress in
      switch news {
      case .progress(let now):
        let words = now.cell == AblationPlan.trunk ? "trunk" : "\(now.number)/\(now.count)"
        let values = now.cell == AblationPlan.trunk ? "" : table.plan.words(of: now.cell) + " "
        progress.show(
          fraction: now.fraction, eta: now.eta, note: "\(words) \(values)seed \(now.seed) \(now.phase)")
      case .ended(let run, let seconds):
        progress.clear()
        if json {
          try? printJSON(Ended(session: session, ablation: table.name, run: run, plan: table.plan, seconds: seconds))
        } else {
          print(AblationText(table: table, session: session).line(run, seconds: seconds))
        }
        StandardOutput.shared.flush()
      case .message(_, let run, let text):
        progress.clear()
        writeError(run.isEmpty ? text : "\(run): \(text)")
      }
    }
  }

  func clear() { progress.withLock { $0.clear() } }

  /// A run that ended, as JSON.
  private struct Ended: Encodable {
    let session: String
    let ablation: String
    let run: AblationRun
    let plan: AblationPlan
    let seconds: Double

    enum CodingKeys: String, CodingKey {
      case event, session, ablation, cell, values, seed, run, state, loss, scores, failure, seconds
    }

    func encode(to encoder: any Encoder) throws {
      var fields = encoder.container(keyedBy: CodingKeys.self)
      try fields.encode("ablation_run", forKey: .event)
      try fields.encode(session, forKey: .session)
      try fields.encode(ablation, forKey: .ablation)
      try fields.encode(run.cell, forKey: .cell)
      let values = plan.cells.indices.contains(run.cell - 1) ? plan.cells[run.cell - 1] : []
      try fields.encode(
        Dictionary(zip(plan.over.map(\.key), values), uniquingKeysWith: { first, _ in first }), forKey: .values)
      try fields.encode(run.seed, forKey: .seed)
      try fields.encodeIfPresent(run.run, forKey: .run)
      try fields.encode(run.state, forKey: .state)
      try fields.encodeIfPresent(run.loss, forKey: .loss)
      try fields.encode(run.scores, forKey: .scores)
      try fields.encodeIfPresent(run.failure, forKey: .failure)
      try fields.encode(seconds, forKey: .seconds)
    }
  }
}
