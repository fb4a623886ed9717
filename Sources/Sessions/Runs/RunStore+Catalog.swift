import Foundation
import GRDB
import Measures
import RunEvents

extension RunStore {
  /// All runs as lists show them, newest first, in two queries however many there are.
  ///
  /// - Parameter keys: what is to be read too: dotted keys of the runs' configurations, and keys of metrics, whose
  ///   numbers are those of the last step. Of each that a run does not have, it has none.
  /// - Parameter isDetailed: whether to read how long runs trained and how fast, and where their configurations differ.
  /// - Parameter hasSizes: whether to look how many bytes their checkpoints take; details have them.
  package func catalog(
    values asked: [String] = [], isDetailed: Bool = false, hasSizes: Bool = false
  ) throws -> RunCatalog {
    let held = isDetailed || hasSizes ? runsWithCheckpoints : []
    let sizes = CheckpointSizes.shared.bytes(of: held.sorted(), in: Session.checkpoints(in: directory))
    return try reading { db in
      let differing = isDetailed ? try differingKeys(db) : []
      let keys = asked + differing.filter { !asked.contains($0) }
      let spans = isDetailed ? try trainingSpans(db) : [:]
      let places = try ablationCells(db)
      var scores: [Int64: [String: Double]] = [:]
      var baselines: [Int64: [String: EvalBaselines]] = [:]
      var trials: [Int64: [String: String]] = [:]
      // Scores up to a fork's step are its parent's. The latest step wins, and on it the newest result: a later look at
      // an earlier checkpoint hides nothing.
      let rows = try Row.fetchCursor(
        db,
        sql: """
          SELECT run, kind, score, \(EvalBaselines.columns), trial FROM evals WHERE score IS NOT NULL
            AND step > (SELECT coalesce(parent_step, -1) FROM runs WHERE runs.id = evals.run) ORDER BY run, step, id
          """)
      while let row = try rows.next() {
        let (run, kind) = (try row.value(0, as: Int64.self), try row.value(1, as: String.self))
        scores[run, default: [:]][kind] = try row.value(2, as: Double.self)
        trials[run, default: [:]][kind] = try row.value("trial", as: String?.self)
        // Of earlier programs there is nothing but the score.
        if row.hasNull(atIndex: 3), baselines[run]?[kind] == nil { continue }
        baselines[run, default: [:]][kind] = try EvalBaselines(row: row)
      }
      let runs = try Row.fetchAll(db, sql: "SELECT \(RunRecord.columns) FROM runs ORDER BY created DESC, id DESC")
      let values = try keys.isEmpty ? nil : configurationValues(of: keys, db)
      let numbers = try asked.isEmpty ? [:] : StepRows.lastNumbers(of: asked, db).mapValues { $0.mapValues { "\($0)" } }
      return RunCatalog(
        runs: try runs.map { row in
          let record = try RunRecord(row: row, isHeld: isHeld)
          var listing = RunListing(
            name: record.name, state: record.isUntrained ? .untrained : record.state,
            guidance: record.isUntrained ? "-" : record.guidance, step: record.lastStep, totalSteps: record.totalSteps,
            loss: record.lastLoss, evals: scores[record.id] ?? [:], baselines: baselines[record.id], seed: record.seed,
            created: record.created,
            updated: record.updated, tags: record.tags, note: record.note, isActive: record.isActive,
            reason: record.reason,
            values: values.map { ($0[record.id] ?? [:]).merging(numbers[record.id] ?? [:]) { value, _ in value } },
            seconds: spans[record.id]?.seconds, rate: spans[record.id]?.rate, origin: record.origin,
            ablation: places[record.id], trial: record.trial,
            trials: trials[record.id].flatMap { $0.isEmpty ? nil : $0 })
          listing.checkpointBytes = sizes[record.name]
          return listing
        }, keys: asked.isEmpty ? nil : asked, differing: isDetailed ? differing : nil)
    }
  }

  /// Seconds of training of every run, and images per second in its last step.
  private func trainingSpans(_ db: Database) throws -> [Int64: (seconds: Double?, rate: Double?)] {
    let rows = try Row.fetchCursor(
      db,
      sql: """
        SELECT runs.id AS id, elapsed_seconds, images_per_second
        FROM runs JOIN metrics ON metrics.run = runs.id AND metrics.step = runs.last_step
        """)
    var spans: [Int64: (seconds: Double?, rate: Double?)] = [:]
    while let row = try rows.next() {
      spans[try row.value("id")] = (try row.value("elapsed_seconds"), try row.value("images_per_second"))
    }
    return spans
  }

  /// So many runs at most are looked at for differences, the newest, and so many keys are given.
  private static let (mostCompared, mostDiffering) = (200, 12)

  /// Keys of the configuration in which runs differ, but for the seed, which every list shows.
  private func differingKeys(_ db: Database) throws -> [String] {
    let rows = try Row.fetchCursor(
      db,
      sql: """
        WITH newest AS (
          SELECT id, settings FROM runs
          WHERE total_steps > 0 AND trial_of IS NULL AND json_valid(settings) ORDER BY id DESC LIMIT :most
        )
        SELECT fullkey, count(*) AS runs, count(DISTINCT atom) AS kinds, (SELECT count(*) FROM newest) AS newest
        FROM newest, json_tree(settings) WHERE atom IS NOT NULL
        GROUP BY fullkey HAVING kinds > 1 OR runs < newest ORDER BY min(json_tree.id)
        """, arguments: ["most": Self.mostCompared])
    var keys: [String] = []
    while keys.count < Self.mostDiffering, let row = try rows.next() {
      // An element of a list stands for the list.
      let path = try row.value("fullkey", as: String.self).dropFirst(2).prefix { $0 != "[" }
      let key = path.filter { $0 != "\"" }
      if key != "seed", !key.isEmpty, !keys.contains(key) { keys.append(key) }
    }
    return keys
  }

  /// Keys of the configuration in which the newest run here and the newest of another session differ.
  package func keysDiffering(from other: RunStore) throws -> [String] {
    guard let here = try newestToJudge(), let there = try other.newestToJudge() else { return [] }
    let differences = try settings(of: here.name).differences(from: other.settings(of: there.name))
    return differences.map(\.keyPath).filter { $0 != "seed" }
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
        guard let value = try row.value("value", as: String?.self) else { continue }
        values[try row.value("id"), default: [:]][key] = value
      }
    }
    return values
  }

  /// Two runs side by side.
  ///
  /// - Parameter other: the store of the right one where that is another session's; it is named `SESSION/RUN` then.
  /// - Throws: ``RunStoreError`` of kind `notFound` where one of them is not there.
  package func comparison(_ left: String, _ right: String, in other: RunStore? = nil) throws -> RunComparison {
    let other = other ?? self
    let differences = try settings(of: left).differences(from: other.settings(of: right))
    var results = try (results(of: left), other.results(of: right))
    if other.session == session, let steps = try sharedSteps(left, right) {
      results.0.append((name: "shared steps", text: "1 to \(steps)"))
      results.1.append((name: "shared steps", text: "1 to \(steps)"))
    }
    var names = results.0.map(\.name)
    names += results.1.map(\.name).filter { !names.contains($0) }
    func value(_ rows: [(name: String, text: String)], _ name: String) -> String? {
      rows.first { $0.name == name }?.text
    }
    return RunComparison(
      left: left, right: other.session == session ? right : "\(other.session)/\(right)",
      settings: differences.map { RunComparison.Row(name: $0.keyPath, left: $0.here, right: $0.there) },
      results: names.map {
        RunComparison.Row(name: $0, left: value(results.0, $0), right: value(results.1, $0))
      })
  }

  /// A score and what it is held against, a row each.
  private static func rows(_ kind: String, _ result: EvalResult) -> [(String, String?)] {
    let score = "\(scoreText(result.score)) at step \(result.step)"
    guard let baselines = result.baselines else { return [(kind, score)] }
    func above(_ other: Double?) -> String? {
      other.map { "\(pointsText(result.score, over: $0)) on \(scoreText($0))" }
    }
    return [
      (kind, score), ("\(kind) 95% interval", baselines.intervalText(of: result.score)),
      ("\(kind) above untrained", above(baselines.untrained)),
      ("\(kind) above teacher", above(baselines.teacher?.score).map { "\($0), \(baselines.teacher?.name ?? "")" }),
      ("\(kind) chance", scoreText(baselines.chance)),
    ]
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
    var scores: [String: EvalResult] = [:]
    let own = try evals(of: name).filter { $0.step > record.origin?.step ?? -1 }
    for result in own.enumerated().sorted(by: {
      ($0.element.step, $0.offset) < ($1.element.step, $1.offset)
    }).map(\.element) { scores[result.kind] = result }
    for (kind, result) in scores.sorted(by: { $0.key < $1.key }) { rows += Self.rows(kind, result) }
    if let origin = record.origin { rows.append(("fork of", "\(origin.run) at step \(origin.step)")) }
    if let trial = record.trial { rows.append(("trial", trial.words)) }
    if !record.tags.isEmpty { rows.append(("tags", record.tags.joined(separator: " "))) }
    if !record.note.isEmpty { rows.append(("note", record.note)) }
    return rows.compactMap { name, text in text.map { (name: name, text: $0) } }
  }
}
