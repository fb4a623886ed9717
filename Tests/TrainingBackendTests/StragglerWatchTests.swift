import Pretraining
import RunEvents
import Testing
import TrainingBackend

/// Which rank keeps the others waiting, on made-up steps.
@Suite struct StragglerWatchTests {
  private static func work(_ seconds: Double, waited: Double = 0) -> RankWork {
    RankWork(seconds: seconds, waited: waited, load: 1.5, cores: 2)
  }

  @Test func aSlowRankIsToldOnceAndForgottenWhenItIsQuickAgain() {
    var watch = StragglerWatch(hosts: ["a", "b", "c"])
    #expect(watch.ranks.isEmpty)
    for _ in 0..<StragglerWatch.window {
      watch.add([Self.work(1, waited: 0.9), Self.work(1.9, waited: 0.05), Self.work(1)])
    }
    #expect(watch.ranks.map(\.isStraggler) == [false, true, false])
    let notices = watch.takeNotices()
    #expect(notices.count == 1 && notices[0].contains("rank 1 on b takes 1.90 s"))
    for _ in 0..<StragglerWatch.window { watch.add([Self.work(1), Self.work(1.9), Self.work(1)]) }
    #expect(watch.takeNotices().isEmpty && watch.ranks[1].isStraggler)
    for _ in 0..<StragglerWatch.window { watch.add([Self.work(1), Self.work(1), Self.work(1)]) }
    #expect(watch.ranks.filter { $0.isStraggler }.isEmpty)
  }

  @Test func ranksAreMeansOfTheNewestSteps() {
    var watch = StragglerWatch(hosts: ["a", "b"])
    watch.add([Self.work(1, waited: 0.5), Self.work(2)])
    watch.add([Self.work(3, waited: 1.5), Self.work(4)])
    #expect(
      watch.ranks == [
        RankSample(rank: 0, host: "a", computeSeconds: 2, waitSeconds: 1, steps: 2, load: 1.5, cores: 2),
        RankSample(rank: 1, host: "b", computeSeconds: 3, waitSeconds: 0, steps: 2, load: 1.5, cores: 2),
      ])
    for _ in 0..<30 { watch.add([Self.work(7), Self.work(7)]) }
    #expect(watch.ranks.map(\.computeSeconds) == [7, 7] && watch.ranks[0].steps == StragglerWatch.window)
    // A step that not all ranks told of counts for nothing.
    watch.add([Self.work(100)])
    #expect(watch.ranks.map(\.computeSeconds) == [7, 7])
  }
}
