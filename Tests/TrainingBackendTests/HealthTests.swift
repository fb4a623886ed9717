import Foundation
import Pretraining
import RunEvents
import Sessions
import Synchronization
import Tasks
import Testing
import TrainingBackend

@Suite struct HealthMonitorTests {
  /// A number in -1...1 that is a function of its index.
  private func noise(_ index: Int) -> Double { sin(Double(index) * 12.9898) * 0.7 + sin(Double(index) * 78.233) * 0.3 }

  private func notices(
    steps: Range<Int>, total: Int = 3000, monitor: inout HealthMonitor, data: Double = 0.01,
    loss: (Int) -> Double
  ) -> [HealthNotice] {
    steps.flatMap { step in
      monitor.measured(
        HealthMonitor.Measured(step: step, loss: loss(step), stepSeconds: 0.3, dataSeconds: 0.3 * data))
    }
  }

  private func healthy(_ step: Int) -> Double { -0.9 + 0.8 * exp(-Double(step) / 700) + 0.03 * noise(step) }

  @Test func aHealthyRunHasNoNotice() {
    var monitor = HealthMonitor(totalSteps: 3000, warmupSteps: 100, featuresEvery: nil)
    #expect(notices(steps: 1..<3001, monitor: &monitor, loss: healthy).isEmpty)
  }

  @Test func aFlatLossIsAPlateauUntilItFallsAgain() {
    var monitor = HealthMonitor(totalSteps: 3000, warmupSteps: 100, featuresEvery: nil)
    let found = notices(steps: 1..<1900, monitor: &monitor) { step in
      step < 600
        ? healthy(step) : step < 1600 ? healthy(600) + 0.03 * noise(step) : healthy(600) - 0.2 + 0.03 * noise(step)
    }
    #expect(found.map(\.condition) == [.plateau, .plateau])
    #expect(found.map(\.isActive) == [true, false])
    #expect(found[0].step > 800 && found[0].step < 1600 && !found[0].advice.isEmpty && !found[0].cause.isEmpty)
  }

  @Test func aClimbingLossDiverges() {
    var monitor = HealthMonitor(totalSteps: 3000, warmupSteps: 100, featuresEvery: nil)
    let found = notices(steps: 1..<1201, monitor: &monitor) {
      $0 < 800 ? healthy($0) : healthy(800) + Double($0 - 800) / 500
    }
    #expect(found.first?.condition == .divergence && found.first?.isActive == true)
    #expect((801...1000).contains(found.first?.step ?? 0))
  }

  @Test func anotherGuidanceIsNoDivergence() {
    var monitor = HealthMonitor(totalSteps: 3000, warmupSteps: 100, featuresEvery: nil)
    #expect(notices(steps: 1..<801, monitor: &monitor, loss: healthy).isEmpty)
    monitor.forgetLosses()
    #expect(notices(steps: 801..<1200, monitor: &monitor) { healthy($0 - 800) }.isEmpty)
  }

  /// A good cosine under targets whose mean has it too.
  @Test func predictionsLikeTheMeanAreNoSkill() {
    func run(_ skill: (Int) -> Double) -> (HealthMonitor, [HealthNotice]) {
      var monitor = HealthMonitor(totalSteps: 1000, warmupSteps: 50, featuresEvery: nil)
      var found: [HealthNotice] = []
      for step in 1...1000 {
        found += monitor.measured(
          HealthMonitor.Measured(
            step: step, loss: -0.7 - 0.0002 * Double(step), stepSeconds: 0.3, dataSeconds: 0, skill: skill(step)))
      }
      return (monitor, found.filter { $0.condition == .noSkill })
    }
    let (monitor, found) = run { step in step < 600 ? 0.01 * noise(step) : 0.3 }
    #expect(found.map(\.isActive) == [true, false])
    #expect((201...300).contains(found.first?.step ?? 0) && found.first?.cause.contains("skill") == true)
    #expect((601...700).contains(found.last?.step ?? 0))
    #expect(abs((monitor.skill ?? 0) - 0.3) < 1e-9)
    #expect(run { _ in 0.2 }.1.isEmpty)
  }

  @Test func aSlowLoaderIsNamedWithItsShare() {
    var monitor = HealthMonitor(totalSteps: 3000, warmupSteps: 100, featuresEvery: nil)
    let slow = notices(steps: 1..<101, monitor: &monitor, data: 0.6, loss: healthy)
    #expect(slow.count == 1 && slow[0].condition == .loader && slow[0].cause.contains("60%"))
    let quick = notices(steps: 101..<201, monitor: &monitor, data: 0.05, loss: healthy)
    #expect(quick.count == 1 && !quick[0].isActive)
  }

  @Test func aRejectedStepIsOverWithTheNextAppliedOne() {
    var monitor = HealthMonitor(totalSteps: 3000, warmupSteps: 100, featuresEvery: nil)
    #expect(monitor.rejected(step: 5, cause: "the loss is nan").map(\.isActive) == [true])
    #expect(monitor.rejected(step: 5, cause: "the loss is nan").isEmpty)
    #expect(notices(steps: 5..<7, monitor: &monitor, loss: healthy).map(\.condition) == [.notFinite])
  }

  @Test func collapseShowsInTheFeatures() {
    var monitor = HealthMonitor(totalSteps: 3000, warmupSteps: 100, featuresEvery: 100)
    func spread(_ step: Int, _ deviation: Double, _ rank: Double) -> FeatureSpread {
      FeatureSpread(step: step, pictures: 32, deviation: deviation, effectiveRank: rank, rankLimit: 31)
    }
    #expect(monitor.measured(spread(100, 0.01, 1.2)).isEmpty)
    #expect(monitor.measured(spread(300, 0.4, 12)).isEmpty)
    let fallen = monitor.measured(spread(500, 0.02, 1.1))
    #expect(fallen.map(\.condition) == [.collapse] && fallen[0].cause.contains("1.1"))
    #expect(monitor.measured(spread(600, 0.02, 1.1)).isEmpty)
    #expect(monitor.measured(spread(700, 0.3, 9)).map(\.isActive) == [false])
  }

  /// A fresh student gives all pictures nearly the same features; that is a collapse only where it stays so.
  @Test func featuresThatWidenAreNoCollapse() {
    var monitor = HealthMonitor(totalSteps: 1000, warmupSteps: 30, featuresEvery: 50)
    func spread(_ step: Int, _ deviation: Double) -> FeatureSpread {
      FeatureSpread(step: step, pictures: 32, deviation: deviation, effectiveRank: 5, rankLimit: 31)
    }
    for (step, deviation) in [(50, 0.02), (100, 0.03), (150, 0.04)] {
      #expect(monitor.measured(spread(step, deviation)).isEmpty)
    }
    #expect(monitor.measured(spread(200, 0.041)).map(\.condition) == [.collapse])
  }

  /// Features as narrow as the untrained student's are judged against those, and by whether they have moved at all.
  @Test(arguments: [
    (0.03, 0.02, 1.2, "still those that it gave untrained", "too low (it peaks at 1.2e-5): raise"),
    (0.03, 0.6, 1.2, "no wider apart", "judge it with kNN"),
    (0.2, 0.6, 1.2, "nearly the same features: deviation 0.030", "lower the learning rate (it peaks at 1.2e-5)"),
  ])
  func narrowFeaturesAreJudgedAgainstTheUntrainedOnes(
    untrained: Double, moved: Double, rank: Double, cause: String, advice: String
  ) throws {
    var monitor = HealthMonitor(totalSteps: 1000, warmupSteps: 30, featuresEvery: 50, peakRate: "1.2e-5")
    let before = SpreadOfFeatures.Untrained(deviation: untrained, effectiveRank: 5, moved: moved)
    let spread = FeatureSpread(step: 500, pictures: 32, deviation: 0.03, effectiveRank: rank, rankLimit: 31)
    let notice = try #require(monitor.measured(spread, untrained: before).first)
    #expect(notice.condition == .collapse && notice.isActive)
    #expect(notice.cause.contains(cause), "\(notice.cause)")
    #expect(notice.advice.contains(advice), "\(notice.advice)")
  }

  @Test func narrowFeaturesThatAreWellAboveTheUntrainedOnesAreNoCollapse() {
    var monitor = HealthMonitor(totalSteps: 1000, warmupSteps: 30, featuresEvery: 50)
    let before = SpreadOfFeatures.Untrained(deviation: 0.01, effectiveRank: 5, moved: 0.5)
    let spread = FeatureSpread(step: 500, pictures: 32, deviation: 0.03, effectiveRank: 5, rankLimit: 31)
    #expect(monitor.measured(spread, untrained: before).isEmpty)
  }

  @Test func aShareOfTheUntrainedSpreadIsACollapseAfterTheFirstSteps() {
    var monitor = HealthMonitor(totalSteps: 1000, warmupSteps: 30, featuresEvery: 50)
    let before = SpreadOfFeatures.Untrained(deviation: 0.7, effectiveRank: 20, moved: 0.5)
    func spread(_ step: Int) -> FeatureSpread {
      FeatureSpread(step: step, pictures: 32, deviation: 0.1, effectiveRank: 3, rankLimit: 31)
    }
    #expect(monitor.measured(spread(50), untrained: before).isEmpty)
    #expect(monitor.measured(spread(150), untrained: before).map(\.condition) == [.collapse])
  }

  @Test func theDiskIsComparedWithWhatACheckpointNeeds() {
    var monitor = HealthMonitor(totalSteps: 3000, warmupSteps: 100, featuresEvery: nil)
    #expect(monitor.disk(step: 1, free: 4 << 30, needed: 1 << 30, folder: "/runs").isEmpty)
    let full = monitor.disk(step: 2, free: 2 << 30, needed: 1 << 30, folder: "/runs")
    #expect(full.map(\.condition) == [.disk] && full[0].cause.contains("/runs"))
    #expect(monitor.disk(step: 3, free: 9 << 30, needed: 1 << 30, folder: "/runs").map(\.isActive) == [false])
  }
}

@Suite struct WatchdogTests {
  @Test func aStepThatDoesNotEndIsToldWithWhatItWaitsFor() async throws {
    let flag = WaitFlag()
    let shared = EventBox()
    let watchdog = Watchdog(leastSeconds: 0.2, awaitsPictures: flag) { shared.add($0) }
    watchdog.beat(isTraining: false)
    try await Task.sleep(for: .seconds(0.6))
    #expect(shared.notices.isEmpty)
    flag.isSet = true
    watchdog.beat(isTraining: true)
    for _ in 0..<100 where shared.notices.isEmpty { try await Task.sleep(for: .seconds(0.05)) }
    #expect(shared.notices.map(\.condition) == [.stalled])
    #expect(shared.notices.first?.cause.contains("data loader") == true)
    watchdog.took(step: 7, seconds: 0.5)
    #expect(shared.notices.map(\.isActive) == [true, false])
    watchdog.end()
  }
}

private final class EventBox: Sendable {
  private let box = Mutex<[HealthNotice]>([])
  func add(_ notice: HealthNotice) { box.withLock { $0.append(notice) } }
  var notices: [HealthNotice] { box.withLock { $0 } }
}

@Suite struct AlertHookTests {
  /// The session's command hears of the end of a run, and features are looked at without changing the losses.
  @Test func theCommandIsRunAndTheFeaturesAreWatched() throws {
    let plain = try SmallRun().run(steps: 4).losses
    let small = try SmallRun()
    let file = small.folder.appendingPathComponent("told.txt")
    let events = try small.run(
      steps: 4,
      overrides: [
        "health.features_every=2",
        "health.command='echo \"$MVP_SESSION $MVP_CONDITION $MVP_STEP\" >> \(file.path)'",
      ])
    #expect(events.losses == plain)
    let spreads = events.compactMap { event -> FeatureSpread? in
      if case .features(let spread) = event { spread } else { nil }
    }
    #expect(spreads.map(\.step) == [2, 4])
    #expect(spreads.allSatisfy { $0.pictures == 32 && $0.rankLimit == 16 && $0.deviation > 0 && $0.effectiveRank >= 1 })
    var text = ""
    for _ in 0..<100 where text.isEmpty {
      text = (try? String(contentsOf: file, encoding: .utf8)) ?? ""
      if text.isEmpty { Thread.sleep(forTimeInterval: 0.05) }
    }
    #expect(text == "small stopped 4\n")
  }
}
