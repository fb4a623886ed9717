extension Appearance {
  package static let refreshRates = [1, 2, 3, 5, 8, 10, 15, 20, 30]

  /// Refreshes a second while events come in.
  package static let usualRefresh = 5

  static func possible(_ hz: Int) -> Int { min(max(1, hz), refreshRates.last ?? 30) }

  mutating func changeRefresh(by delta: Int) -> Outcome {
    let rates = Self.refreshRates
    let next = delta > 0 ? rates.first { $0 > refreshHz } : rates.last { $0 < refreshHz }
    guard let next else {
      return .tell("refresh stays at \(refreshHz) Hz, the \(delta > 0 ? "highest" : "lowest")", isWarning: true)
    }
    return setRefresh(next)
  }

  mutating func setRefresh(_ hz: Int) -> Outcome {
    refreshHz = Self.possible(hz)
    chosenRefreshHz = refreshHz
    var outcome = Outcome.tell("refresh \(refreshHz) Hz")
    outcome.effects = [.setRefresh(hz: refreshHz)]
    return outcome
  }
}
