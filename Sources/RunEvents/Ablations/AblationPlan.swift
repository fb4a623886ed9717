/// A run's place in an ablation of its session.
package struct AblationCell: Codable, Equatable, Sendable {
  /// Of the ablation.
  package var name: String
  /// ``AblationPlan/trunk``, or a cell's number.
  package var cell: Int

  package init(name: String, cell: Int) {
    self.name = name
    self.cell = cell
  }
}

/// What an ablation compares: a run for every combination of values and every seed.
///
/// A **cell** is one combination of values; it has a run for each seed. Cells count from 1, the last key's values go
/// round fastest. Cell 0 is the trunk from which the runs of a seed are forked, where there is one.
package struct AblationPlan: Codable, Equatable, Sendable {
  /// A key of the session and its values, or a name for what several keys make together.
  package struct Axis: Codable, Equatable, Sendable {
    package var key: String
    /// As they are written in a session.
    package var values: [String]
    /// `KEY.PATH=VALUE`, what each value stands for; nil: `key` is a key of the session.
    package var settings: [[String]]?

    package init(key: String, values: [String], settings: [[String]]? = nil) {
      self.key = key
      self.values = values
      self.settings = settings
    }
  }

  package var over: [Axis]
  package var seeds: [UInt64]
  /// The step up to which the cells of a seed share a trunk; nil: each run is trained from its first step.
  package var at: Int?
  /// `KEY.PATH=VALUE` of every run.
  package var set: [String]
  /// Kinds of evaluation that judge each run at its end.
  package var kinds: [String]
  /// Of training, for which every run has so many steps as it makes in them; nil: the steps that its session says.
  package var seconds: Double?
  /// Which of them cannot judge the runs of which cell.
  package var gaps: [Gap]

  /// A kind of evaluation that cannot judge the runs of a cell, such as zero-shot under a teacher that knows no texts.
  package struct Gap: Codable, Equatable, Sendable {
    package var cell: Int
    package var kind: String
    package var reason: String

    package init(cell: Int, kind: String, reason: String) {
      self.cell = cell
      self.kind = kind
      self.reason = reason
    }
  }

  package init(
    over: [Axis], seeds: [UInt64] = [], at: Int? = nil, set: [String] = [], kinds: [String] = [],
    seconds: Double? = nil, gaps: [Gap] = []
  ) {
    self.over = over
    self.seeds = seeds
    self.at = at
    self.set = set
    self.kinds = kinds
    self.seconds = seconds
    self.gaps = gaps
  }

  package init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: CodingKeys.self)
    over = try fields.decode([Axis].self, forKey: .over)
    seeds = try fields.decode([UInt64].self, forKey: .seeds)
    at = try fields.decodeIfPresent(Int.self, forKey: .at)
    set = try fields.decode([String].self, forKey: .set)
    kinds = try fields.decode([String].self, forKey: .kinds)
    seconds = try fields.decodeIfPresent(Double.self, forKey: .seconds)
    gaps = try fields.decodeIfPresent([Gap].self, forKey: .gaps) ?? []
  }

  /// Kinds of evaluation that judge the runs of a cell.
  package func kinds(of cell: Int) -> [String] {
    kinds.filter { kind in !gaps.contains { $0.cell == cell && $0.kind == kind } }
  }

  /// Number of the trunk among the cells.
  package static let trunk = 0

  /// Values by axis, a list for each cell.
  package var cells: [[String]] {
    over.reduce([[]]) { cells, axis in cells.flatMap { cell in axis.values.map { cell + [$0] } } }
  }

  /// How many there are, the product of the axes' lengths; nil where that is beyond any number.
  package var cellCount: Int? {
    over.reduce(1) { count, axis in
      guard let count else { return nil }
      let (product, overflows) = count.multipliedReportingOverflow(by: axis.values.count)
      return overflows ? nil : product
    }
  }

  /// `KEY.PATH=VALUE`, what a cell's session says otherwise; nothing for the trunk.
  package func values(of cell: Int) -> [String] {
    parts(of: cell).flatMap { axis, value -> [String] in
      axis.settings.flatMap { settings in axis.values.firstIndex(of: value).map { settings[$0] } }
        ?? ["\(axis.key)=\(value)"]
    }
  }

  /// `guidance.start=clip mask.masked=0.4`, or `trunk`.
  package func words(of cell: Int) -> String {
    let parts = parts(of: cell)
    return parts.isEmpty ? "trunk" : parts.map { "\($0.axis.key)=\($0.value)" }.joined(separator: " ")
  }

  private func parts(of cell: Int) -> [(axis: Axis, value: String)] {
    let cells = cells
    return cells.indices.contains(cell - 1) ? zip(over, cells[cell - 1]).map { ($0, $1) } : []
  }
}
