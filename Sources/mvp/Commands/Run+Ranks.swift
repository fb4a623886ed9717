import Ranks
import Terminal
import TrainingBackend

extension Run {
  /// The processes that `mpirun` started beside this one; nil where it is alone.
  func meetRanks(patience: Double) throws -> RankMeeting? {
    switch RankLaunch() {
    case .alone: return nil
    case .unreachable(let why): throw CommandFailure(message: why)
    case .ranks:
      do {
        let grace = RankLaunch.grace()
        let group = try RankGroup(MPITransport(), patience: patience, grace: grace)
        RankLaunch.forget()
        guard group.count > 1 else {
          group.transport.finish()
          return nil
        }
        return try RankMeeting(group, program: mvpVersion)
      } catch let error as RankError {
        throw CommandFailure(message: error.description)
      }
    }
  }

  /// Trains along until rank 0 ends the run. Signals are rank 0's business: who started the ranks sends them to all.
  func follow(_ ranks: RankMeeting) throws {
    SignalWatch.shared.watch(other: { _ in }, end: { _ in })
    do {
      try RankFollower(ranks).run()
      ranks.end(status: 0)
    } catch {
      writeError("\(ranks.group.name(of: ranks.group.rank)): \(error)")
      ranks.end(status: 1)
      throw error
    }
  }
}
