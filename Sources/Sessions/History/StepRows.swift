import Foundation
import GRDB
import Measures
import RunEvents

/// The steps of a run as the store keeps them: a row each in the table `metrics`.
struct StepRows {
  let run: Int64
  let db: Database
  /// What is read of a step.
  let metrics: [Metric]

  /// Of everything that the run measures.
  init(run: Int64, db: Database) throws {
    self.run = run
    self.db = db
    metrics = try Self.metrics(of: run, db)
  }

  /// The last step; nil if there is none.
  func last() throws -> StepMetrics? {
    let columns = StepColumns(metrics, isWhole: true)
    return try Row.fetchOne(
      db, sql: "SELECT \(columns.selection) FROM metrics WHERE run = ? ORDER BY step DESC LIMIT 1", arguments: [run]
    ).map(columns.step)
  }

  /// Tells the rows of the steps after one and up to another, ascending.
  func forEach(
    _ columns: StepColumns, after first: Int, through last: Int = .max, limit: Int = -1, _ take: (Row) throws -> Void
  ) throws {
    let rows = try Row.fetchCursor(
      db,
      sql: "SELECT \(columns.selection) FROM metrics WHERE run = ? AND step > ? AND step <= ? ORDER BY step LIMIT ?",
      arguments: [run, first, last, limit])
    while let row = try rows.next() { try take(row) }
  }

  private static let inserted = ["run"] + StepColumns.marks + StepColumns.rest + StepColumns.numbers + ["more"]
  private static let insertion = """
    INSERT OR REPLACE INTO metrics (\(inserted.joined(separator: ", ")))
    VALUES (\(inserted.map { _ in "?" }.joined(separator: ", ")))
    """

  static func insert(_ steps: some Sequence<StepMetrics>, run: Int64, _ db: Database) throws {
    let statement = try db.cachedStatement(sql: insertion)
    for step in steps {
      var values: [(any DatabaseValueConvertible)?] = [
        run, step.step, step.epoch, step.elapsedSeconds, step.time, step.totalSteps, step.guidance,
        step.skippedPictures,
      ]
      for (place, key) in StepColumns.numbers.enumerated() {
        values.append(step.values.value(of: key, near: place))
      }
      values.append(StepColumns.more(step.values))
      try statement.execute(arguments: StatementArguments(values))
    }
  }

  /// Numbers of the last step of every run, by run and the metrics' keys.
  static func lastNumbers(of keys: [String], _ db: Database) throws -> [Int64: [String: Double]] {
    let columns = StepColumns(keys.map { Metric(key: $0, name: $0, isOptional: true) }, isWhole: false)
    let rows = try Row.fetchCursor(
      db,
      sql: """
        SELECT \(columns.selection), runs.id
        FROM runs JOIN metrics ON metrics.run = runs.id AND metrics.step = runs.last_step
        """)
    var found: [Int64: [String: Double]] = [:]
    var values = [Double?](repeating: nil, count: keys.count)
    while let row = try rows.next() {
      try columns.values(row, into: &values)
      for (key, value) in zip(keys, values) { found[row[columns.count], default: [:]][key] = value }
    }
    return found
  }
}

/// What a run measures, as the store keeps it: the descriptions of all its parts, as JSON.
extension StepRows {
  private static func metrics(of run: Int64, _ db: Database) throws -> [Metric] {
    let stored = try String.fetchOne(db, sql: "SELECT metrics FROM runs WHERE id = ?", arguments: [run])
    if let stored { return (try? JSONDecoder().decode([Metric].self, from: Data(stored.utf8))) ?? Metric.earlier }
    let hasSteps = try Bool.fetchOne(
      db, sql: "SELECT EXISTS (SELECT 1 FROM metrics WHERE run = ?)", arguments: [run])
    return hasSteps == true ? Metric.earlier : []
  }

  /// Adds what a part of the run measures; what an earlier part measured beside that stays.
  static func describe(_ metrics: [Metric], of run: Int64, _ db: Database) throws {
    let all = metrics.adding(try Self.metrics(of: run, db))
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    try db.execute(
      sql: "UPDATE runs SET metrics = ? WHERE id = ?",
      arguments: [String(decoding: try encoder.encode(all), as: UTF8.self), run])
  }
}
