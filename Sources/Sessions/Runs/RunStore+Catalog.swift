import Foundation
import GRDB
import Measures
import RunEvents

extension RunStore {
  /// All runs as lists show them, newest first, in two queries however many there are.
  ///
  /// - Parameter keys: what is to be read too: dotted keys of the runs' configurations, and keys of metrics, whose
  ///   numbers are those of the last step. Of each that a run does not have, it has none.
  package func catalog(values keys: [String] = []) throws -> RunCatalog {
    try reading { db in
      var scores: [Int64: [String: Double]] = [:]
      // The latest step wins, and on it the newest result: a later look at an earlier checkpoint hides nothing.
      let rows = try Row.fetchCursor(
        db, sql: "SELECT run, kind, score FROM evals WHERE score IS NOT NULL ORDER BY run, step, id")
      while let row = try rows.next() { scores[row["run"], default: [:]][row["kind"]] = row["score"] }
      let runs = try Row.fetchAll(db, sql: "SELECT \(RunRecord.columns) FROM runs ORDER BY created DESC, id DESC")
      let values = try keys.isEmpty ? nil : configurationValues(of: keys, db)
      let numbers = try keys.isEmpty ? [:] : StepRows.lastNumbers(of: keys, db).mapValues { $0.mapValues { "\($0)" } }
      return RunCatalog(
        runs: runs.map { row in
          let record = RunRecord(row: row, isHeld: isHeld)
          return RunListing(
            name: record.name, state: record.isUntrained ? .untrained : record.state,
            guidance: record.isUntrained ? "-" : record.guidance, step: record.lastStep, totalSteps: record.totalSteps,
            loss: record.lastLoss, evals: scores[record.id] ?? [:], seed: record.seed, created: record.created,
            updated: record.updated, tags: record.tags, note: record.note, isActive: record.isActive,
            reason: record.reason,
            values: values.map { ($0[record.id] ?? [:]).merging(numbers[record.id] ?? [:]) { value, _ in value } })
        }, keys: keys.isEmpty ? nil : keys)
    }
  }

  /// Values as session files say them, by run and dotted key, without reading the configurations whole.
  private func configurationValues(of keys: [String], _ db: Database) throws -> [Int64: [String: String]] {
    var values: [Int64: [String: String]] = [:]
    for key in keys where !key.contains("\"") {
      let path = "$" + key.split(separator: ".").map { ".\"\($0)\"" }.joined()
      let rows = try Row.fetchCursor(
        db,
        sql: """
          SELECT id, CASE json_type(settings, :path) WHEN 'true' THEN 'true' WHEN 'false' THEN 'false'
            WHEN 'object' THEN NULL ELSE CAST(json_extract(settings, :path) AS TEXT) END AS value
          FROM runs WHERE json_valid(settings)
          """, arguments: ["path": path])
      while let row = try rows.next() {
        if let value: String = row["value"] { values[row["id"], default: [:]][key] = value }
      }
    }
    return values
  }

  /// Two runs side by side.
  ///
  /// - Throws: ``RunStoreError`` of kind `notFound` where one of them is not there.
  package func comparison(_ left: String, _ right: String) throws -> RunComparison {
    let differences = try settings(of: left).differences(from: settings(of: right))
    let results = try (results(of: left), results(of: right))
    var names = results.0.map(\.name)
    names += results.1.map(\.name).filter { !names.contains($0) }
    func value(_ rows: [(name: String, text: String)], _ name: String) -> String? {
      rows.first { $0.name == name }?.text
    }
    return RunComparison(
      left: left, right: right,
      settings: differences.map { RunComparison.Row(name: $0.keyPath, left: $0.here, right: $0.there) },
      results: names.map {
        RunComparison.Row(name: $0, left: value(results.0, $0), right: value(results.1, $0))
      })
  }

  /// What came of a run, in words.
  private func results(of name: String) throws -> [(name: String, text: String)] {
    guard let record = try run(named: name) else { throw notFound(name) }
    let (metrics, last) = try reading { db in
      let rows = try StepRows(run: record.id, db: db)
      return (rows.metrics, try rows.last())
    }
    func number(_ value: Double?, _ decimals: Int) -> String? {
      value.flatMap { $0.isFinite ? String(format: "%.\(decimals)f", $0) : nil }
    }
    var rows: [(String, String?)] = [
      ("state", record.isUntrained ? "untrained" : record.state.rawValue),
      ("step", "\(record.lastStep)/\(record.totalSteps)"),
      ("guidance", record.isUntrained ? nil : record.guidance),
      (Metric.loss.longName, number(record.lastLoss, Metric.loss.decimals)),
    ]
    rows += metrics.ranked(by: \.comparison).map { ($0.longName, number(last?.values[$0], $0.decimals)) }
    rows.append(("training seconds", number(last?.elapsedSeconds, 0)))
    var scores: [(kind: String, text: String)] = []
    for result in try evals(of: name).enumerated().sorted(by: {
      ($0.element.step, $0.offset) < ($1.element.step, $1.offset)
    }).map(\.element) {
      scores.removeAll { $0.kind == result.kind }
      scores.append((result.kind, "\(scoreText(result.score)) at step \(result.step)"))
    }
    rows += scores.sorted { $0.kind < $1.kind }.map { ($0.kind, $0.text) }
    if !record.tags.isEmpty { rows.append(("tags", record.tags.joined(separator: " "))) }
    if !record.note.isEmpty { rows.append(("note", record.note)) }
    return rows.compactMap { name, text in text.map { (name: name, text: $0) } }
  }
}
