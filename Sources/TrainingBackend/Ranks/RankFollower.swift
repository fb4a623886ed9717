import Foundation
import Ranks
import Sessions
import Tasks

/// A rank beside rank 0: it opens the same data and weights, and makes its share of every step. It has no store and
/// says nothing.
package struct RankFollower {
  private let meeting: RankMeeting

  package init(_ meeting: RankMeeting) { self.meeting = meeting }

  /// Returns when rank 0 has ended the run, or will not begin it: what kept this rank from training, rank 0 says.
  ///
  /// - Throws: ``RankError`` where the ranks no longer reach each other.
  package func run() throws {
    let group = meeting.group
    let told = try group.broadcast(nil, what: "session", waits: true)
    guard !told.isEmpty, let task = try task(told), try meeting.unite(task) else { return }
    while true {
      let told = try group.broadcast(nil, what: "order", waits: true)
      guard !told.isEmpty else { return }
      for order in try JSONDecoder().decode([RankOrder].self, from: Data(told)) { try obey(order, task) }
    }
  }

  /// nil where some rank cannot train.
  private func task(_ told: [UInt8]) throws -> (any TrainingTask)? {
    do {
      return try meeting.opened {
        let start = try JSONDecoder().decode(RankStart.self, from: Data(told))
        let session = Session(
          name: start.name, source: "rank 0", settings: try SessionFile(yaml: start.settings, file: "rank 0"),
          directory: URL(fileURLWithPath: start.directory, isDirectory: true))
        try session.checkInputs()
        var assembly = RunAssembly(session: session, device: try EngineOptions(session.settings).makeDevice())
        assembly.ranks = meeting
        meeting.take(session.settings)
        let source = try assembly.trainingSource()
        let steps = session.settings.schedule.totalSteps(datasetSize: source.count)
        return (try assembly.task(source: source, totalSteps: steps), source)
      }.task
    } catch  where !meeting.group.isBroken {
      return nil
    }
  }

  private func obey(_ order: RankOrder, _ task: any TrainingTask) throws {
    switch order {
    case .step:
      do { _ = try task.step() } catch  where !meeting.group.isBroken {
        // All ranks know of it, and rank 0 decides.
      }
    case .skipBatch: task.skipBatch()
    case .select(let name): try task.targets?.select(name)
    case .apply(let values): try task.liveValues?.apply(values)
    }
  }
}
