import Terminal
import Testing

@Suite struct RefreshClockTests {
  @Test func routineKeepsTheRateAndKeysDoNotWait() throws {
    var clock = RefreshClock(hz: 5)
    #expect(clock.delay(at: 10) == nil)
    clock.want(.routine)
    #expect(clock.delay(at: 10) == 0)
    clock.didRefresh(at: 10)
    clock.didSend(from: 10, to: 10.001)
    #expect(clock.delay(at: 10) == nil)
    clock.want(.routine)
    #expect(abs(try #require(clock.delay(at: 10.05)) - 0.15) < 1e-9)
    clock.want(.soon)
    #expect(clock.delay(at: 10.05) == 0)
    #expect(abs(try #require(clock.delay(at: 10.01)) - 0.04) < 1e-9)
    clock.want(.now)
    #expect(clock.delay(at: 10.01) == 0)
    // What is less urgent does not take urgency away.
    clock.want(.routine)
    #expect(clock.delay(at: 10.01) == 0)
  }

  @Test func aSlowLinkLowersTheRate() throws {
    var clock = RefreshClock(hz: 10)
    var now = 0.0
    for _ in 0..<20 {
      clock.want(.routine)
      now += try #require(clock.delay(at: now))
      clock.didRefresh(at: now)
      clock.didSend(from: now, to: now + 0.2)
      now += 0.2
    }
    clock.want(.routine)
    // 0.2 s a refresh, a quarter of the time: one every 0.8 s, of which 0.2 s have passed.
    #expect(try #require(clock.delay(at: now)) > 0.5)
    clock.want(.now)
    #expect(clock.delay(at: now) == 0)
  }
}
