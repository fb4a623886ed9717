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
  /// A key of the session and its values.
  package struct Axis: Codable, Equatable, Sendable {
    package var key: String
    /// As they are written in a session.
    package var values: [String]

    package init(key: String, values: [String]) {
      self.key = key
      self.values = values
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

  package init(over: [Axis], seeds: [UInt64] = [], at: Int? = nil, set: [String] = [], kinds: [String] = []) {
    self.over = over
    self.seeds = seeds
    self.at = at
    self.set = set
    self.kinds = kinds
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

  /// `KEY=VALUE` for each axis; none for the trunk.
  package func values(of cell: Int) -> [String] {
    let cells = cells
    guard cells.indices.contains(cell - 1) else { return [] }
    return zip(over, cells[cell - 1]).map { "\($0.key)=\($1)" }
  }

  /// `guidance.start=clip mask.masked=0.4`, or `trunk`.
  package func words(of cell: Int) -> String {
    let values = values(of: cell)
    return values.isEmpty ? "trunk" : values.joined(separator: " ")
  }
}
