import Foundation
import RunEvents
import Sessions
import Testing
import TrainingBackend

/// A session is told what it comes to, and nothing is written.
@Suite final class SessionCheckTests {
  private let small: SmallRun

  init() throws { small = try SmallRun() }

  private func object(_ check: SessionCheck) throws -> [String: Any] {
    let data = try runJSONEncoder().encode(check)
    return try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
  }

  @Test func aFewStepsTellWhatItCosts() throws {
    let before = try FileManager.default.subpathsOfDirectory(atPath: small.folder.path)
    let check = SessionCheck(try small.session(["evals.at_end=[knn]"]))
    #expect(check.isReady && check.missing.isEmpty && check.refused.isEmpty)
    #expect(check.pictures == 32 && check.steps == 40 && check.epochs == 2.5 && check.warmupSteps == 2)
    #expect(check.rate?.peak == 1.5e-3 && check.evalData?.test == 16)
    let cost = try #require(check.cost)
    #expect(cost.isMeasured && cost.seconds > 0 && cost.memoryBytes > 1 << 20)
    #expect((0.01...0.99).contains(try #require(cost.teacherShare)))
    #expect(check.trainingSeconds == cost.seconds * 40)
    #expect(try FileManager.default.subpathsOfDirectory(atPath: small.folder.path) == before)
    let json = try object(check)
    #expect(json["measured"] as? Bool == true && json["peak_rate"] as? Double == 1.5e-3)
    #expect((json["configuration"] as? [String: String])?["student.width"] == "16")
  }

  /// A batch that takes long is measured in part, accumulation is counted in.
  @Test func accumulationMakesAStepDearer() throws {
    let once = try #require(SessionCheck(try small.session()).cost)
    let often = try #require(SessionCheck(try small.session(["schedule.accumulation=64"])).cost)
    #expect(often.seconds > 8 * once.seconds)
  }

  @Test func whatIsMissingIsNamedAndTheRestIsEstimated() throws {
    let check = SessionCheck(
      try small.session([
        "guidance.clip.weights=/no/clip", "data.kind=folder", "data.path=/no/pictures", "evals.data.kind=none",
      ]))
    #expect(!check.isReady && check.missing.count == 2 && check.refused.isEmpty)
    #expect(check.missing[0].contains("data.path") && check.missing[1].contains("guidance.clip.weights"))
    #expect(check.pictures == nil && check.steps == 40 && check.cost?.isMeasured == false)
    #expect(try object(check)["ready"] as? Bool == false)
  }

  @Test func picturesThatAreMissingAreReplacedByNoiseForTheMeasurement() throws {
    let check = SessionCheck(
      try small.session(["data.kind=folder", "data.path=/no/pictures", "evals.data.kind=none"]))
    #expect(check.missing.count == 1 && check.cost?.account.contains("on noise") == true)
  }

  @Test func whatARunWouldRefuseIsSaid() throws {
    let empty = small.folder.appendingPathComponent("empty")
    try FileManager.default.createDirectory(at: empty, withIntermediateDirectories: true)
    let check = SessionCheck(
      try small.session(["data.kind=folder", "data.path=\(empty.path)", "evals.data.kind=none"]))
    #expect(!check.isReady && check.missing.isEmpty && check.refused.count == 1)
    #expect(check.refused[0].contains("has no pictures") && check.cost == nil)
  }

  @Test func aRateThatTeachesNothingIsAWarning() throws {
    let check = SessionCheck(
      try small.session(["optimizer.reference_batch=2048", "schedule.steps=500"]), measures: false)
    #expect(check.warnings.contains { $0.contains("too low for 500 steps") })
    #expect(check.isReady)
  }

  /// The start of a run says the same.
  @Test func aRunSaysItsRateAndWarns() throws {
    let events = try small.run(steps: 1, overrides: ["optimizer.reference_batch=2048", "schedule.steps=500"])
    let peaks = events.compactMap { if case .started(let run) = $0 { run.peakRate } else { nil } }
    #expect(peaks == [1.5e-3 * 2 / 2048])
    let warnings = events.compactMap { event -> String? in
      if case .message(let message) = event, message.level == .warning { message.text } else { nil }
    }
    #expect(warnings.contains { $0.contains("too low for 500 steps") }, "\(warnings)")
  }
}
