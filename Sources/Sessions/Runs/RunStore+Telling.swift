import Foundation
import GRDB
import Measures
import RunEvents

/// Everything that a run kept, a piece at a time: however long it is, it does not have to fit into memory.
extension RunStore {
  /// What the steps of a run measure.
  package func measured(by run: String) throws -> [Metric] {
    guard let record = try self.run(named: run) else { throw notFound(run) }
    return try reading { db in try StepRows(run: record.id, db: db).metrics }
  }

  /// The header of the newest part of a run; nil where the store has none that can be read.
  package func description(of run: String) throws -> RunDescription? {
    guard let record = try self.run(named: run) else { throw notFound(run) }
    let line = try reading { db in
      try String.fetchOne(
        db, sql: "SELECT line FROM events WHERE run = ? AND kind = 'started' ORDER BY id DESC LIMIT 1",
        arguments: [record.id])
    }
    guard let line, case .started(let description)? = try? RunEventCoder.event(line: line) else { return nil }
    return description
  }

  /// Tells every step, ascending.
  ///
  /// - Throws: ``RunStoreError``; what `take` throws.
  package func tellSteps(of run: String, _ take: @escaping (StepMetrics) throws -> Void) throws {
    try telling(run, take) { id, db, take in
      let rows = try StepRows(run: id, db: db)
      let columns = StepColumns(rows.metrics, isWhole: true)
      try rows.forEach(columns, after: 0) { try take(columns.step($0)) }
    }
  }

  /// An event as its line of JSON, known to this version of the program or not.
  package struct EventLine {
    package let step: Int
    /// Seconds since 1970.
    package let time: Double
    package let kind: String
    package let line: String
  }

  /// Tells every event but steps, in the order in which they happened.
  package func tellEvents(of run: String, _ take: @escaping (EventLine) throws -> Void) throws {
    try telling(run, take) { id, db, take in
      let rows = try Row.fetchCursor(
        db, sql: "SELECT step, time, kind, line FROM events WHERE run = ? ORDER BY id", arguments: [id])
      while let row = try rows.next() {
        try take(
          EventLine(step: try row.value(0), time: try row.value(1), kind: try row.value(2), line: try row.value(3)))
      }
    }
  }

  /// What the machine did, with its numbers in the order of `SystemMetric.allCases`.
  package struct MachineRow {
    package let step: Int
    /// Seconds since 1970.
    package let time: Double
    package let values: [Double?]
  }

  /// Tells every sample of the machine, in their order.
  package func tellMachine(of run: String, _ take: @escaping (MachineRow) throws -> Void) throws {
    let columns = SystemMetric.allCases.map(\.rawValue)
    try telling(run, take) { id, db, take in
      let rows = try Row.fetchCursor(
        db, sql: "SELECT step, time, \(columns.joined(separator: ", ")) FROM system WHERE run = ? ORDER BY number",
        arguments: [id])
      while let row = try rows.next() {
        let values = try columns.indices.map { try row.value($0 + 2, as: Double?.self) }
        try take(MachineRow(step: try row.value(0), time: try row.value(1), values: values))
      }
    }
  }

  /// Reads, and passes on what `take` throws as it is: it has nothing to do with the store.
  private func telling<Piece>(
    _ run: String, _ take: @escaping (Piece) throws -> Void,
    _ read: (Int64, Database, (Piece) throws -> Void) throws -> Void
  ) throws {
    guard let record = try self.run(named: run) else { throw notFound(run) }
    var refusal: (any Error)?
    do {
      try reading { db in
        try read(record.id, db) { piece in
          do { try take(piece) } catch {
            refusal = error
            throw error
          }
        }
      }
    } catch {
      throw refusal ?? error
    }
  }
}
