/// An ablation as one JSON object: every cell with its scores, their mean and deviation over seeds, and how far it lies
/// above the first cell.
package struct AblationReport: Encodable, Sendable {
  private let session: String
  private let table: AblationTable

  package init(_ table: AblationTable, session: String) {
    self.table = table
    self.session = session
  }

  private enum Keys: String, CodingKey {
    case event, session, ablation, created, over, seeds, at, set, kinds, gaps, done, runs, failures, ended, cells,
      references
  }

  package func encode(to encoder: any Encoder) throws {
    var fields = encoder.container(keyedBy: Keys.self)
    try fields.encode("ablation", forKey: .event)
    try fields.encode(session, forKey: .session)
    try fields.encode(table.name, forKey: .ablation)
    try fields.encode(table.created, forKey: .created)
    try fields.encode(table.plan.over, forKey: .over)
    try fields.encode(table.plan.seeds, forKey: .seeds)
    try fields.encode(table.plan.at, forKey: .at)
    try fields.encode(table.plan.set, forKey: .set)
    try fields.encode(table.kinds, forKey: .kinds)
    if !table.plan.gaps.isEmpty { try fields.encode(table.plan.gaps, forKey: .gaps) }
    try fields.encode(table.doneCount, forKey: .done)
    try fields.encode(table.cellRuns.count, forKey: .runs)
    try fields.encode(table.failures.count, forKey: .failures)
    try fields.encode(table.isEnded, forKey: .ended)
    let cells = table.cells
    try fields.encode(
      cells.map { Cell($0, first: cells.first, axes: table.plan.over.map(\.key), kinds: table.kinds) }, forKey: .cells)
    try fields.encode(table.references.map { Reference($0, kinds: table.kinds) }, forKey: .references)
  }

  /// An untrained student or a teacher.
  private struct Reference: Encodable {
    let name: String
    let scores: [String: [Double]]
    let mean: [String: Double]
    let deviation: [String: Double]

    init(_ reference: AblationReference, kinds: [String]) {
      name = reference.name
      scores = reference.scores
      let spreads = kinds.compactMap { kind in reference.spread(kind).map { (kind, $0) } }
      mean = Dictionary(uniqueKeysWithValues: spreads.map { ($0, $1.mean) })
      deviation = Dictionary(
        uniqueKeysWithValues: spreads.compactMap { kind, spread in spread.deviation.map { (kind, $0) } })
    }
  }

  /// Lists go by seed; what is not there is null.
  private struct Cell: Encodable {
    let cell: Int
    let values: [String: String]
    let seeds: [UInt64]
    let runs: [String?]
    let states: [RunStanding]
    let failures: [String?]
    let scores: [String: [Double?]]
    let mean: [String: Double?]
    let deviation: [String: Double?]
    let differences: [String: ScoreDifference]

    init(_ cell: AblationTable.Cell, first: AblationTable.Cell?, axes: [String], kinds: [String]) {
      self.cell = cell.number
      values = Dictionary(zip(axes, cell.values), uniquingKeysWith: { first, _ in first })
      seeds = cell.runs.map(\.seed)
      runs = cell.runs.map(\.run)
      states = cell.runs.map(\.state)
      failures = cell.runs.map(\.failure)
      func byKind<Value>(_ value: (String) -> Value) -> [String: Value] {
        Dictionary(kinds.map { ($0, value($0)) }, uniquingKeysWith: { first, _ in first })
      }
      scores = byKind(cell.scores)
      mean = byKind { cell.spread($0)?.mean }
      deviation = byKind { cell.spread($0)?.deviation }
      var differences: [String: ScoreDifference] = [:]
      if let first, first.number != cell.number {
        for kind in kinds { differences[kind] = cell.difference(kind, from: first) }
      }
      self.differences = differences
    }
  }
}
