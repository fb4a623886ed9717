import Histories
import Testing

@Suite struct StepClockTests {
  /// 100 steps an epoch, 2 steps a second of training, a pause of an hour after step 500.
  private func clock(steps: Int) -> StepClock {
    var clock = StepClock()
    for step in stride(from: 1, through: steps, by: 1) {
      clock.append(mark(step))
    }
    return clock
  }

  private func mark(_ step: Int) -> StepClock.Mark {
    StepClock.Mark(
      step: Double(step), epoch: Double(step) / 100, elapsed: Double(step) / 2,
      time: 1_700_000_000 + Double(step) / 2 + (step > 500 ? 3600 : 0))
  }

  @Test(arguments: [3, 900, 5000, 100_000]) func everyAxisIsAFunctionOfTheStep(steps: Int) {
    let clock = clock(steps: steps)
    #expect(clock.marks.count <= 1025)
    #expect(clock.last?.step == Double(steps))
    for step in [1.0, 2.5, Double(steps) / 2, Double(steps)] {
      #expect(clock.value(of: .step, at: step) == step)
      #expect(abs((clock.value(of: .epoch, at: step) ?? .nan) - step / 100) < 1e-9)
      #expect(abs((clock.value(of: .relative, at: step) ?? .nan) - step / 2) < 1e-9)
      #expect(abs((clock.step(at: step / 2, of: .relative) ?? .nan) - step) < 1e-6)
    }
    #expect((clock.value(of: .wall, at: Double(steps)) ?? 0) == mark(steps).time)
  }

  @Test func conversionOneByOneIsTheSame() {
    let clock = clock(steps: 9000)
    for axis in TimeAxis.allCases {
      var conversion = StepClock.Conversion(clock, to: axis)
      for step in stride(from: 1.0, through: 9000, by: 7.5) {
        let expected = clock.value(of: axis, at: step) ?? .nan
        #expect(abs(conversion.value(at: step) - expected) <= 1e-9 * abs(expected))
      }
    }
  }

  @Test func unknownTimesAreNotMadeUp() {
    var clock = StepClock()
    #expect(clock.value(of: .epoch, at: 1) == nil)
    for step in 1...10 {
      clock.append(StepClock.Mark(step: Double(step), epoch: 0.1, elapsed: Double(step), time: .nan))
    }
    #expect(clock.value(of: .wall, at: 5) == nil)
    #expect(clock.value(of: .relative, at: 5) == 5)
  }

  @Test func stepsThatComeTwiceAreLeftOut() {
    var clock = clock(steps: 10)
    clock.append(mark(10))
    clock.append(mark(4))
    #expect(clock.marks.count == 10)
    clock.removeMarks(after: 4)
    #expect(clock.last?.step == 4)
    clock.append(mark(5))
    #expect(clock.last?.step == 5)
  }
}
