import Histories
import Pretraining
import RunEvents

/// Knows how the ranks do, and finds the one that keeps the others waiting.
package struct StragglerWatch {
  /// Steps over which a rank is slower than the others before it is told.
  package static let window = 20
  /// Times the median of the ranks.
  package static let factor = 1.5

  private let hosts: [String]
  /// The newest steps, ``window`` at most.
  private var steps: [[RankWork]] = []
  private var untilLook = StragglerWatch.window
  private var slow: Set<Int> = []
  private var notices: [String] = []

  package init(hosts: [String]) { self.hosts = hosts }

  /// - Parameter work: how each rank did in a step.
  package mutating func add(_ work: [RankWork]) {
    guard work.count == hosts.count, work.count > 1 else { return }
    steps.append(work)
    if steps.count > Self.window { steps.removeFirst() }
    untilLook -= 1
    guard untilLook <= 0 else { return }
    untilLook = Self.window
    look()
  }

  /// Means of the newest steps by rank.
  package var ranks: [RankSample] {
    guard let newest = steps.last else { return [] }
    return newest.indices.map { rank in
      RankSample(
        rank: rank, host: hosts[rank], computeSeconds: mean(rank, \.seconds), waitSeconds: mean(rank, \.waited),
        steps: steps.count, load: newest[rank].load, cores: newest[rank].cores, isStraggler: slow.contains(rank))
    }
  }

  private func mean(_ rank: Int, _ number: KeyPath<RankWork, Double>) -> Double {
    steps.reduce(0) { $0 + $1[rank][keyPath: number] } / Double(max(steps.count, 1))
  }

  private mutating func look() {
    let means = hosts.indices.map { mean($0, \.seconds) }
    for rank in means.indices {
      // Of the others, so that one of two can be slow.
      let rest = means.indices.filter { $0 != rank }.map { means[$0] }.sorted()
      let usual = rest[rest.count / 2]
      guard means[rank] > Self.factor * usual else {
        slow.remove(rank)
        continue
      }
      guard slow.insert(rank).inserted else { continue }
      notices.append(
        "rank \(rank) on \(hosts[rank]) takes \(fixedText(means[rank], decimals: 2)) s for its share of a step, the "
          + "others \(fixedText(usual, decimals: 2)) s: they wait for it")
    }
  }

  package mutating func takeNotices() -> [String] {
    defer { notices = [] }
    return notices
  }
}
