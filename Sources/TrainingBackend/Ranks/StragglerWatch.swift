import Histories

/// Finds the rank that keeps the others waiting.
struct StragglerWatch {
  /// Steps over which a rank is slower than the others before it is told.
  static let window = 20
  /// Times the median of the ranks.
  static let factor = 1.5

  private let hosts: [String]
  private var sums: [Double]
  private var steps = 0
  private var told: Set<Int> = []
  private var notices: [String] = []

  init(hosts: [String]) {
    self.hosts = hosts
    sums = [Double](repeating: 0, count: hosts.count)
  }

  /// - Parameter seconds: that each rank took for its share of a step.
  mutating func add(_ seconds: [Double]) {
    guard seconds.count == sums.count, seconds.count > 1 else { return }
    for rank in sums.indices { sums[rank] += seconds[rank] }
    steps += 1
    guard steps >= Self.window else { return }
    defer {
      sums = sums.map { _ in 0 }
      steps = 0
    }
    let means = sums.map { $0 / Double(steps) }
    for rank in means.indices {
      // Of the others, so that one of two can be slow.
      let rest = means.indices.filter { $0 != rank }.map { means[$0] }.sorted()
      let usual = rest[rest.count / 2]
      if means[rank] > Self.factor * usual {
        guard told.insert(rank).inserted else { continue }
        notices.append(
          "rank \(rank) on \(hosts[rank]) takes \(fixedText(means[rank], decimals: 2)) s for its share of a step, the "
            + "others \(fixedText(usual, decimals: 2)) s: they wait for it")
      } else {
        told.remove(rank)
      }
    }
  }

  mutating func takeNotices() -> [String] {
    defer { notices = [] }
    return notices
  }
}
