import Histories
import Measures
import RunEvents
import Testing

@Suite struct MetricHistoryTests {
  private let entropy = Metric(key: "entropy", name: "entropy of targets")

  private func step(_ number: Int, _ values: MetricValues) -> StepMetrics {
    StepMetrics(step: number, totalSteps: 10, epoch: 0, guidance: "clip", values: values)
  }

  @Test func metricsComeInTheOrderOfTheirDescriptionWhateverThatOfTheSteps() {
    var history = MetricHistory([.loss, entropy])
    history.append(step(1, [entropy: 3, .loss: 1]))
    history.append(step(2, [.loss: 2, entropy: nil]))
    #expect(history.metrics == [.loss, entropy])
    #expect(history[.loss].count == 2 && history[.loss].last?.y == 2)
    #expect(history[entropy].count == 1 && history[entropy].last?.y == 3)
    #expect(history[.learningRate].isEmpty && history.metrics.count == 2, "asking for one adds none")
  }

  @Test func aNumberThatNobodyDescribedIsKnownByItsKey() {
    var history = MetricHistory([.loss])
    history.append(step(1, [.loss: 1, entropy: 3]))
    #expect(history.metrics == [.loss, Metric(key: "entropy", name: "entropy")])
    history.describe([entropy, .learningRate])
    #expect(history.metrics == [.loss, entropy, .learningRate] && history[entropy].count == 1)
  }

  @Test func aRunOfAnEarlierVersionMeasuresWhatThoseDid() throws {
    let description = RunDescription(
      session: "demo", run: "a", seed: 1, totalSteps: 10, startStep: 0, batchSize: 1, accumulation: 1, datasetSize: 1,
      dataset: "scenes", student: ModelDescription(summary: "ViT", parameters: 1), guidances: [], guidance: "clip",
      grid: [1, 1], maskedPatches: 0, device: "none", evals: [], previewCount: 0, metrics: [.loss, entropy])
    let line = try RunEventCoder.line(.started(description))
    guard case .started(let read) = try RunEventCoder.event(line: line) else {
      Issue.record("another event came back")
      return
    }
    #expect(read.metrics == [.loss, entropy])
    let start = try #require(line.range(of: ",\"metrics\":["))
    let end = try #require(line.range(of: "}]", range: start.upperBound..<line.endIndex))
    let earlier = line.replacingCharacters(in: start.lowerBound..<end.upperBound, with: "")
    guard case .started(let old) = try RunEventCoder.event(line: earlier) else {
      Issue.record("another event came back")
      return
    }
    #expect(old.metrics == Metric.earlier)
    #expect(try RunEventCoder.line(.started(old)) == earlier, "nothing is made up")
  }

  @Test func aStepHasWhateverNumbersItsLineHas() throws {
    let line =
      #"{"entropy":3.5,"event":"step","epoch":0,"elapsed_seconds":1,"flag":true,"guidance":"clip","layers":[1,2],"#
      + #""loss":"nan","name":"x","phases":{"data":0.5,"sync":0.25},"skipped_pictures":0,"step":1,"total_steps":2,"version":1}"#
    guard case .step(let step) = try RunEventCoder.event(line: line) else {
      Issue.record("another event came back")
      return
    }
    #expect(step.values.keys.map(\.name) == ["entropy", "loss", "data_seconds", "sync_seconds"])
    #expect(step.values[entropy] == 3.5 && step.loss.isNaN)
    #expect(step.values.keys.map(\.isPhase) == [false, false, true, true])
    #expect(step.values.numbers.last == 0.25)
  }
}
