/// What is remembered of the panes from one run to the next.
package struct DashboardChoices: Codable, Equatable, Sendable {
  /// Share of the width that the loss has of its row, the metrics of theirs, and of the height that the upper row has.
  /// nil: as at first, by what there is to show.
  package var loss: Double?
  package var metrics: Double?
  package var upper: Double?
  package var hidden: Set<DashboardPane> = []

  package init() {}

  /// Whatever is missing or meaningless is as at first.
  package init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    func share(_ key: CodingKeys) -> Double? {
      (try? values.decodeIfPresent(Double.self, forKey: key)).flatMap { $0 }.flatMap { 0 < $0 && $0 < 1 ? $0 : nil }
    }
    loss = share(.loss)
    metrics = share(.metrics)
    upper = share(.upper)
    let names = (try? values.decodeIfPresent([String].self, forKey: .hidden)) ?? []
    hidden = Set(names.compactMap(DashboardPane.init))
    if hidden.count == DashboardPane.allCases.count { hidden = [] }
  }

  var hasSizes: Bool { loss != nil || metrics != nil || upper != nil }

  subscript(border: DashboardBorder) -> Double? {
    get {
      switch border {
      case .upper: loss
      case .lower: metrics
      case .middle: upper
      }
    }
    set {
      switch border {
      case .upper: loss = newValue
      case .lower: metrics = newValue
      case .middle: upper = newValue
      }
    }
  }
}
