import Sessions
import Testing

@Suite struct BackOffTests {
  private let start = ContinuousClock.now

  @Test func triesComeAfterTwiceTheTimeEachUpToTheLongest() {
    var backOff = BackOff(first: 0.1, most: 30, now: start)
    var now = start
    var pauses: [Double] = []
    for _ in 0..<12 {
      backOff.failed(at: now)
      pauses.append(now.duration(to: backOff.due) / .seconds(1))
      #expect(!backOff.isDue(at: now) && backOff.isDue(at: backOff.due))
      now = backOff.due
    }
    let wanted = [0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 12.8, 25.6, 30, 30, 30]
    #expect(zip(pauses, wanted).allSatisfy { abs($0 - $1) < 1e-6 })
    #expect(backOff.failures == 12)
    // However long it lasts.
    for _ in 0..<10_000 { backOff.failed(at: now) }
    #expect(backOff.delay == 30)
  }

  @Test func aHurriedTryIsDueAtOnceAndTheNextOneIsNot() {
    var backOff = BackOff(now: start)
    for _ in 0..<8 { backOff.failed(at: start) }
    #expect(!backOff.isDue(at: start + .seconds(1)))
    backOff.hurry(at: start + .seconds(1))
    #expect(backOff.isDue(at: start + .seconds(1)))
    backOff.failed(at: start + .seconds(1))
    #expect(!backOff.isDue(at: start + .seconds(2)))
  }

  @Test func whatIsToldNamesTriesAndTime() {
    var backOff = BackOff(now: start)
    backOff.failed(at: start)
    #expect(backOff.account(at: start + .milliseconds(430)) == "failed once over 0.4 s")
    for _ in 0..<6 { backOff.failed(at: start) }
    #expect(backOff.account(at: start + .seconds(12)) == "failed 7 times over 12 s")
    #expect(spokenSeconds(75) == "75 s" && spokenSeconds(3600) == "60 min" && spokenSeconds(9000) == "2.5 h")
    #expect(spokenSeconds(0) == "0 s" && spokenSeconds(2) == "2 s")
  }
}
