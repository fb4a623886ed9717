import Foundation
import RunEvents
import Sessions
import Testing
import TrainingBackend

/// What is in a run's way, as pure logic.
@Suite struct ObstacleTests {
  private let start = ContinuousClock.now
  private let fault = EnvironmentFault("the checkpoint of step 4 was not written to /x: no space left on device")

  @Test func itIsTriedAgainEverLessOftenAndToldWithACount() {
    var met = Obstacle(.checkpoint, fault, resumes: true, now: start)
    var now = start
    for _ in 0..<6 {
      #expect(!met.backOff.isDue(at: now))
      now = met.backOff.due
      #expect(met.backOff.isDue(at: now))
      met.failed(fault, at: now)
    }
    #expect(met.backOff.failures == 7)
    #expect(
      met.account(at: start + .seconds(12))
        == "the checkpoint is written: it failed 7 times over 12 s, then the run went on")
  }

  @Test func waitingIsInVainWhereNobodyWatchesForSoLong() {
    var met = Obstacle(.step, fault, resumes: true, now: start)
    func isInVain(_ isWatched: Bool, _ limit: Double?, after seconds: Double) -> Bool {
      met.isInVain(isWatched: isWatched, limit: limit, at: start + .seconds(seconds))
    }
    #expect(!isInVain(false, 60, after: 59))
    #expect(isInVain(false, 60, after: 60))
    // Who watches decides; the time begins anew when nobody does any more.
    #expect(!isInVain(true, 60, after: 500))
    #expect(!isInVain(false, 60, after: 559))
    #expect(isInVain(false, 60, after: 560))
    #expect(!isInVain(false, nil, after: 1e6))
    #expect(isInVain(false, 0, after: 500))
  }

  @Test func theNextLookIsTheNextTryOrTheEndOfPatience() {
    var met = Obstacle(.step, fault, resumes: true, now: start)
    for _ in 0..<9 { met.failed(fault, at: start) }
    #expect(met.wake(limit: nil) == start + .seconds(30))
    #expect(met.wake(limit: 5) == start + .seconds(5))
    #expect(met.wake(limit: 50) == start + .seconds(30))
  }

  @Test func whatPassesIsToldFromWhatDoesNot() throws {
    for code in [POSIXErrorCode.ENOSPC, .EDQUOT, .EIO, .EROFS, .ENOENT, .ESTALE, .EMFILE, .ENFILE, .ENOMEM] {
      #expect(EnvironmentFault(POSIXError(code)) != nil, "\(code)")
    }
    for code in [POSIXErrorCode.EINVAL, .EBADF, .EFAULT, .ENOSYS] {
      #expect(EnvironmentFault(POSIXError(code)) == nil, "\(code)")
    }
    let wrapped = NSError(
      domain: NSCocoaErrorDomain, code: 640, userInfo: [NSUnderlyingErrorKey: POSIXError(.ENOSPC)])
    #expect(EnvironmentFault(wrapped)?.description.contains("no space left on device") == true)
    #expect(EnvironmentFault(BackendError("the session is wrong.")) == nil)
    let again = try #require(EnvironmentFault(EnvironmentFault("the disk is full")))
    #expect(again.description == "the disk is full")
  }
}
