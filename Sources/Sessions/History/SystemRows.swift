import GRDB
import RunEvents

/// What the machine did during a run, as the store keeps it: a row for each sample, in the order they were taken.
struct SystemRows {
  let run: Int64
  let db: Database

  /// So many rows are read of a whole run; of a longer one every second, third, ... row.
  private static let mostRows = 4096

  private static let columns = SystemMetric.allCases.map(\.rawValue).joined(separator: ", ")
  private static let insertion = """
    INSERT INTO system (run, number, step, time, \(columns))
    VALUES (:run, (SELECT coalesce(max(number), 0) + 1 FROM system WHERE run = :run), :step, :time, \
    \(SystemMetric.allCases.map { ":" + $0.rawValue }.joined(separator: ", ")))
    """

  func insert(_ sample: SystemSample) throws {
    guard let time = sample.time else { return }
    var arguments: [String: (any DatabaseValueConvertible)?] = ["run": run, "step": sample.step, "time": time]
    for metric in SystemMetric.allCases { arguments.updateValue(metric.value(in: sample), forKey: metric.rawValue) }
    try db.cachedStatement(sql: Self.insertion).execute(arguments: StatementArguments(arguments))
  }

  /// Adds the samples of the run, or all those of some of its steps, to a history whose steps are there already.
  func read(into history: inout MetricHistory, steps: ClosedRange<Int>?) throws {
    let count =
      try Int.fetchOne(db, sql: "SELECT max(number) FROM system WHERE run = ?", arguments: [run]) ?? 0
    let every = steps == nil ? max(1, (count + Self.mostRows - 1) / Self.mostRows) : 1
    let rows = try Row.fetchCursor(
      db,
      sql: """
        SELECT step, time, \(Self.columns) FROM system
        WHERE run = ? AND number % ? = 0 AND step BETWEEN ? AND ? ORDER BY number
        """, arguments: [run, every, steps?.lowerBound ?? 0, steps?.upperBound ?? .max])
    var values = [Double?](repeating: nil, count: SystemMetric.allCases.count)
    while let row = try rows.next() {
      for index in values.indices { values[index] = row[index + 2] }
      history.append(system: values, step: row[0], time: row[1])
    }
  }
}
