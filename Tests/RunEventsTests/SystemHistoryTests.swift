import Histories
import Measures
import RunEvents
import Testing

@Suite struct SystemHistoryTests {
  private func step(_ index: Int) -> StepMetrics {
    StepMetrics(
      step: index, totalSteps: 100, epoch: Double(index) / 10, guidance: "clip", values: [.stepSeconds: 2],
      elapsedSeconds: Double(index) * 2, time: 1000 + Double(index) * 3)
  }

  @Test func samplesOfAPausedRunLieApartInTimeAndAtOneStep() throws {
    var history = MetricHistory()
    for index in 1...10 { history.append(step(index)) }
    for second in 0..<50 { history.append(SystemSample(step: 10, time: 1030 + Double(second), cores: [0.5, 1])) }
    let cpu = history.system[.cpu]
    let clock = history.system.clock
    #expect(cpu.count == 50 && cpu.buckets.allSatisfy { abs($0.lastX - 10) < 1e-9 && $0.minimum == 75 })
    let times = cpu.buckets.compactMap { clock.value(of: .wall, at: $0.middleX) }
    #expect(times == (0..<50).map { 1030 + Double($0) })
    #expect(clock.value(of: .relative, at: cpu.buckets[49].lastX) == 20)
    #expect(clock.value(of: .epoch, at: cpu.buckets[49].lastX) == 1)
    history.removePoints(after: 10)
    #expect(history.system[.cpu].count == 50, "they belong to the step that the run goes on from")
    history.removePoints(after: 9)
    #expect(history.system.isEmpty && history.system[.cpu].isEmpty)
  }

  @Test func whatAMachineDoesNotTellIsLeftOut() {
    var history = MetricHistory()
    history.append(SystemSample(step: 1, time: 5, memoryBytes: 100, availableBytes: 40, networkInRate: 0))
    #expect(history.system[.machineMemory].last?.y == 60)
    #expect(history.system[.networkIn].last?.y == 0, "a rate of nothing is a number")
    for metric in SystemMetric.allCases where metric != .machineMemory && metric != .networkIn {
      #expect(history.system[metric].isEmpty, "\(metric)")
    }
    history.append(SystemSample(step: 2, cores: [1]))
    #expect(history.system[.cpu].isEmpty, "without a time it has no place")
    history.append(SystemSample(step: 2, time: 4, cores: [1]))
    history.append(SystemSample(step: 0, time: 6, cores: [1]))
    #expect(history.system[.cpu].isEmpty, "out of order")
  }

  @Test func memoryIsBounded() {
    var history = MetricHistory()
    for index in 1...50_000 { history.append(SystemSample(step: index, time: Double(index), cores: [0.1])) }
    #expect(history.system[.cpu].buckets.count <= 1024 && history.system[.cpu].count == 50_000)
    #expect(history.system.stride > 1)
  }

  @Test func samplesGoThroughLinesAndThoseOfEarlierProgramsAreRead() throws {
    let sample = SystemSample(
      step: 3, time: 12.5, cores: [0.5], diskReadRate: 1, diskWriteRate: 2, networkInRate: 3, networkOutRate: 4,
      runs: [
        LiveRunSample(
          session: "demo", run: "calm-fox", state: .running, step: 7, totalSteps: 9, process: 42, cores: 1.5,
          residentBytes: 99)
      ])
    #expect(try RunEventCoder.event(line: RunEventCoder.line(.system(sample))) == .system(sample))
    let old = #"{"version":1,"event":"system","step":2,"cores":[1],"folder":"x","unheard_of":1}"#
    #expect(try RunEventCoder.event(line: old) == .system(SystemSample(step: 2, cores: [1], folder: "x")))
  }

  @Test func numbersOfGPUsAreOfAllOrNone() {
    var sample = SystemSample(step: 1, gpus: [])
    let metrics: [SystemMetric] = [.gpu, .gpuMemory, .gpuPower, .gpuTemperature]
    #expect(metrics.allSatisfy { $0.value(in: sample) == nil }, "no device has no number")
    sample.gpus = [
      GPUSample(index: 0, name: "a", utilisation: 0.5, usedBytes: 3, watts: 100, celsius: 40),
      GPUSample(index: 1, name: "a", utilisation: 1, usedBytes: 4, celsius: 50),
    ]
    #expect(metrics.map { $0.value(in: sample) } == [75, 7, nil, 50])
  }
}
