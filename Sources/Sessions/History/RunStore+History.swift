import Foundation
import GRDB
import Histories
import Measures
import RunEvents

extension RunStore {
  /// Metrics and events of a run, or of some of its steps in more detail. The time this takes hardly depends on the
  /// length of the run: long stretches are read as blocks that were merged while they were recorded.
  ///
  /// - Returns: nil where the request asks for another run and there is none.
  /// - Throws: ``RunStoreError`` of kind `notFound` where there is no such run.
  package func history(_ request: HistoryRequest) throws -> RunHistory? {
    switch request {
    case .run(let reference): return try history(of: reference.run, steps: nil)
    case .steps(let reference, let steps): return try history(of: reference.run, steps: steps)
    case .newest(_, let others):
      let runs = try runs().filter { $0.lastStep > 0 }
      // Trials are held against trials.
      let isTrial = others.first.flatMap { name in runs.first { $0.name == name } }?.trial != nil
      let rest = runs.filter { !others.contains($0.name) }
      guard let record = rest.first(where: { ($0.trial != nil) == isTrial }) ?? rest.first else { return nil }
      return try history(of: record.name, steps: nil)
    case .snapshots(let reference, let picture):
      guard let record = try run(named: reference.run) else { throw notFound(reference.run) }
      return RunHistory(
        reference: reference, state: record.state, totalSteps: record.totalSteps, metrics: MetricHistory(),
        guidance: record.guidance, snapshots: try snapshots(of: reference.run, picture: picture))
    case .lastSnapshots(let reference):
      guard let record = try run(named: reference.run) else { throw notFound(reference.run) }
      return RunHistory(
        reference: reference, state: record.state, totalSteps: record.totalSteps, metrics: MetricHistory(),
        guidance: record.guidance, snapshots: try lastSnapshots(of: reference.run))
    }
  }

  private func history(of run: String, steps: ClosedRange<Int>?) throws -> RunHistory {
    guard let record = try self.run(named: run) else { throw notFound(run) }
    return try reading { db in
      var metrics = try HistoryReader(rows: StepRows(run: record.id, db: db)).metrics(of: steps)
      try SystemRows(run: record.id, db: db).read(into: &metrics, steps: steps)
      let guidance = try String.fetchOne(
        db, sql: "SELECT guidance FROM metrics WHERE run = ? ORDER BY step LIMIT 1", arguments: [record.id])
      let task = try String.fetchOne(
        db,
        sql: "SELECT CASE WHEN json_valid(settings) THEN json_extract(settings, '$.task') END FROM runs WHERE id = ?",
        arguments: [record.id])
      let events = steps == nil ? try storedEvents(of: record.id, db) : []
      return RunHistory(
        reference: RunReference(session: directory.lastPathComponent, run: run), state: record.state,
        totalSteps: record.totalSteps, metrics: metrics, steps: steps, guidance: guidance ?? record.guidance,
        events: events.map(\.event), eventTimes: events.map(\.time), task: task)
    }
  }

  /// Every switch and result, and the newest of all other events, with the seconds since 1970 of their recording.
  private func storedEvents(of run: Int64, _ db: Database) throws -> [(event: RunEvent, time: Double)] {
    let kept = "kind IN ('guidance', 'eval_result')"
    let lines = try Row.fetchAll(
      db,
      sql: """
        SELECT id, time, line FROM (
          SELECT * FROM (SELECT id, time, line FROM events WHERE run = :run AND \(kept) ORDER BY id DESC LIMIT 1000)
          UNION ALL
          SELECT * FROM (SELECT id, time, line FROM events WHERE run = :run AND NOT \(kept) ORDER BY id DESC LIMIT 200)
        ) ORDER BY id
        """, arguments: ["run": run])
    // A later version of the program may have told of things that are not known here.
    return lines.compactMap { row in
      (try? RunEventCoder.event(line: row["line"])).map { (event: $0, time: row["time"]) }
    }
  }
}

/// Reads the metrics of a run.
private struct HistoryReader {
  let rows: StepRows

  private var run: Int64 { rows.run }
  private var db: Database { rows.db }

  /// So many single steps are read; beyond, blocks.
  private static let mostSteps = 32_768
  private static let mostBlocks = 4096
  /// The first steps are read in more detail than the rest, as a logarithmic axis shows them: up to this multiple of
  /// its size, blocks of a size are too large.
  private static let headBlocks = 32

  func metrics(of steps: ClosedRange<Int>?) throws -> MetricHistory {
    let last = try Int.fetchOne(db, sql: "SELECT max(step) FROM metrics WHERE run = ?", arguments: [run]) ?? 0
    let first = max(1, steps?.lowerBound ?? 1)
    guard first <= last else { return MetricHistory(rows.metrics) }
    let range = first...max(first, min(last, steps?.upperBound ?? last))
    var history = MetricHistory(rows.metrics)
    var position = range.lowerBound - 1
    if position > 0, let before = try HistoryBlock.last(size: HistoryBlock.sizes[0], through: position, of: run, db) {
      history = MetricHistory(
        rows.metrics, continuing: Dictionary(before.buckets.map { ($0.key, $0.averages) }) { first, _ in first })
      position = Int(before.mark.step)
    }
    for (size, end) in plan(range) {
      if size == 1 {
        try readSteps(after: &position, through: end, into: &history)
      } else {
        for block in try HistoryBlock.all(size: size, after: position, through: end, of: run, db) {
          history.append(last: block.mark, block.buckets.filter { $0.bucket.count > 0 })
          position = Int(block.mark.step)
        }
      }
    }
    try readSteps(after: &position, through: range.upperBound, into: &history)
    return history
  }

  /// Sizes of blocks, 1 for single steps, and the steps up to which each is read.
  private func plan(_ range: ClosedRange<Int>) -> [(size: Int, end: Int)] {
    let sizes = [1] + HistoryBlock.sizes
    let rest =
      range.count <= Self.mostSteps
      ? 1 : HistoryBlock.sizes.first { range.count / $0 <= Self.mostBlocks } ?? HistoryBlock.sizes.last ?? 1
    var plan: [(size: Int, end: Int)] = []
    if range.lowerBound == 1 {
      for (size, next) in zip(sizes, sizes.dropFirst()) where next <= rest {
        plan.append((size, min(range.upperBound, next * Self.headBlocks)))
      }
    }
    plan.append((rest, range.upperBound))
    return plan
  }

  private func readSteps(after position: inout Int, through end: Int, into history: inout MetricHistory) throws {
    guard position < end else { return }
    let columns = StepColumns(rows.metrics, isWhole: false)
    var values = [Double?](repeating: nil, count: rows.metrics.count)
    try rows.forEach(columns, after: position, through: end) { row in
      try columns.values(row, into: &values)
      let mark = columns.mark(row)
      history.append(mark, values)
      position = Int(mark.step)
    }
  }
}
