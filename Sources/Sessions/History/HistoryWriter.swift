import Foundation
import GRDB
import Histories
import RunEvents

/// Merges the steps of a run into blocks while they are recorded.
struct HistoryWriter {
  private let run: Int64
  /// Keys of the metrics that came so far, and what is known of each in their order.
  private var keys: [String] = []
  private var averages: [[DebiasedAverage]] = []
  private var seen: [Int] = []
  /// The block of each size that is not full yet.
  private var open: [HistoryBlock?]

  /// Takes up where the stored blocks and steps of a run end. Steps without a block, as earlier versions of the program
  /// left them, get theirs.
  init(restoring run: Int64, _ db: Database) throws {
    self.run = run
    open = Array(repeating: nil, count: HistoryBlock.sizes.count)
    var lastStep = 0
    if let block = try HistoryBlock.last(size: HistoryBlock.sizes[0], through: .max, of: run, db) {
      lastStep = Int(block.mark.step)
      for (guess, (key, entry)) in zip(block.keys, block.entries).enumerated() {
        guard let entry else { continue }
        let place = place(of: key, near: guess)
        averages[place] = entry.averages
        seen[place] = entry.seen
      }
    }
    for level in HistoryBlock.sizes.indices.dropFirst() {
      let end = try HistoryBlock.last(size: HistoryBlock.sizes[level], through: .max, of: run, db)?.mark.step ?? 0
      for part in try HistoryBlock.all(size: HistoryBlock.sizes[level - 1], after: Int(end), through: .max, of: run, db)
      {
        addToOpen(part, level)
      }
      // What is open below belongs here too, once it is full.
    }
    let rows = try StepRows(run: run, db: db)
    let columns = StepColumns(rows.metrics, isWhole: true)
    try rows.forEach(columns, after: lastStep) { try add(columns.step($0), db) }
  }

  /// The place of a metric, new if there was none.
  private mutating func place(of key: String, near guess: Int) -> Int {
    if let place = keys.place(of: key, near: guess) { return place }
    keys.append(key)
    averages.append(Series.smoothingWeights.map(DebiasedAverage.init))
    seen.append(0)
    return keys.count - 1
  }

  /// Adds a step that comes after all others, and stores the blocks that it fills.
  mutating func add(_ step: StepMetrics, _ db: Database) throws {
    if let last = open[0]?.mark.step, (Int(last) - 1) / HistoryBlock.sizes[0] != (step.step - 1) / HistoryBlock.sizes[0]
    {
      try close(0, db)
    }
    addToOpen(point(step), 0)
    if step.step.isMultiple(of: HistoryBlock.sizes[0]) { try close(0, db) }
  }

  private mutating func point(_ step: StepMetrics) -> HistoryBlock {
    for (guess, key) in step.values.keys.enumerated() { _ = place(of: key.name, near: guess) }
    var block = HistoryBlock(mark: step.mark, keys: keys, entries: Array(repeating: nil, count: keys.count))
    let x = Double(step.step)
    for (index, key) in keys.enumerated() {
      let value = step.values.value(of: key, near: index)
      if let value {
        for level in averages[index].indices { averages[index][level].add(value) }
        if value.isFinite { seen[index] += 1 }
      } else if seen[index] == 0 {
        continue
      }
      var smoothed = SIMD4<Float>()
      for (level, average) in averages[index].enumerated() { smoothed[level] = Float(average.value) }
      let y = value ?? .nan
      block.entries[index] = HistoryBlock.Entry(
        bucket: Series.Bucket(
          firstX: x, lastX: x, minimum: y, maximum: y, smoothed: smoothed, count: value == nil ? 0 : 1,
          finiteCount: y.isFinite ? 1 : 0), averages: averages[index], seen: seen[index])
    }
    return block
  }

  private mutating func addToOpen(_ part: HistoryBlock, _ level: Int) {
    if open[level] == nil { open[level] = part } else { open[level]?.merge(part) }
  }

  /// Stores the open block of a size and adds it to that of the next size, which may be full with it.
  private mutating func close(_ level: Int, _ db: Database) throws {
    guard let block = open[level] else { return }
    let size = HistoryBlock.sizes[level]
    open[level] = nil
    let step = Int(block.mark.step)
    try db.cachedStatement(sql: "INSERT OR REPLACE INTO history VALUES (?, ?, ?, ?)")
      .execute(arguments: [run, size, step, block.data])
    guard level + 1 < HistoryBlock.sizes.count else { return }
    let next = HistoryBlock.sizes[level + 1]
    if let last = open[level + 1]?.mark.step, (Int(last) - 1) / next != (step - 1) / next { try close(level + 1, db) }
    addToOpen(block, level + 1)
    if (step - 1) / size == (step - 1) / next * (next / size) + next / size - 1 { try close(level + 1, db) }
  }
}

extension HistoryBlock {
  /// The last block of a size that ends no later than at a step; blocks that cannot be read count as missing.
  static func last(size: Int, through step: Int, of run: Int64, _ db: Database) throws -> HistoryBlock? {
    var names = Names()
    return try Data.fetchOne(
      db,
      sql: "SELECT block FROM history WHERE run = ? AND size = ? AND last_step <= ? ORDER BY last_step DESC LIMIT 1",
      arguments: [run, size, step]
    ).flatMap { HistoryBlock($0, &names) }
  }

  /// The blocks of a size that end after one step and no later than at another, ascending.
  static func all(size: Int, after first: Int, through last: Int, of run: Int64, _ db: Database) throws
    -> [HistoryBlock]
  {
    var blocks: [HistoryBlock] = []
    var names = Names()
    let rows = try Row.fetchCursor(
      db,
      sql:
        "SELECT block FROM history WHERE run = ? AND size = ? AND last_step > ? AND last_step <= ? ORDER BY last_step",
      arguments: [run, size, first, last])
    while let row = try rows.next() {
      let block = try row.withUnsafeData(atIndex: 0) { data in data.flatMap { HistoryBlock($0, &names) } }
      guard let block else { break }
      blocks.append(block)
    }
    return blocks
  }
}
