import Foundation
import GRDB
import Histories
import Measures
import RunEvents

/// Which columns of the table `metrics` are read for some metrics, and how a row of them is understood.
///
/// Numbers that the first version knew have a column of their metric's key. All others stand by their keys in the
/// column `more` (``NamedNumbers``), so that a new metric needs no new column.
struct StepColumns {
  let metrics: [Metric]
  private let keys: [MetricKey]
  /// By metric, where its own column stands in a row; nil: it is in `more`.
  private let places: [Int?]
  /// The metrics in `more`: places in ``metrics`` and names.
  private let others: [(place: Int, name: [UInt8])]

  static let marks = ["step", "epoch", "elapsed_seconds", "time"]
  static let rest = ["total_steps", "guidance", "skipped_pictures"]
  /// The columns of metrics. None is ever added.
  static let numbers = Metric.earlier.map(\.key)
  private static let numberSet = Set(numbers)

  /// As SQL, in the order in which a row is understood.
  let selection: String

  /// - Parameter isWhole: whether ``step(_:)`` is made of the rows, or ``values(_:into:)`` alone.
  init(_ metrics: [Metric], isWhole: Bool) {
    self.metrics = metrics
    keys = metrics.map { MetricKey($0) }
    var columns = Self.marks + (isWhole ? Self.rest : [])
    var places: [Int?] = []
    for metric in metrics {
      guard Self.numberSet.contains(metric.key) else {
        places.append(nil)
        continue
      }
      places.append(columns.count)
      columns.append(metric.key)
    }
    self.places = places
    others = places.indices.filter { places[$0] == nil }.map { ($0, Array(metrics[$0].key.utf8)) }
    if !others.isEmpty { columns.append("more") }
    selection = columns.map { "metrics.\($0)" }.joined(separator: ", ")
    count = columns.count
  }

  /// Columns in a row.
  let count: Int

  func mark(_ row: Row) -> StepClock.Mark {
    StepClock.Mark(
      step: Double(row[0] as Int), epoch: row[1] ?? .nan, elapsed: row[2] ?? .nan, time: row[3] ?? .nan)
  }

  /// The numbers of a row in the order of ``metrics``.
  func values(_ row: Row, into values: inout [Double?]) throws {
    for index in values.indices {
      // SQLite has no NaN and stores null for it: in a column, null is NaN unless a step may lack the number.
      values[index] = places[index].flatMap { row[$0] as Double? ?? (metrics[index].isOptional ? nil : .nan) }
    }
    guard !others.isEmpty else { return }
    try row.withUnsafeData(atIndex: count - 1) { data in
      data?.withUnsafeBytes { bytes in
        NamedNumbers.read(bytes) { name, number in
          if let other = others.first(where: { name.elementsEqual($0.name) }) { values[other.place] = number }
        }
      }
    }
  }

  func step(_ row: Row) throws -> StepMetrics {
    var numbers = [Double?](repeating: nil, count: metrics.count)
    try values(row, into: &numbers)
    let rest = Self.marks.count
    return StepMetrics(
      step: row[0], totalSteps: row[rest], epoch: row[1] ?? .nan, guidance: row[rest + 1],
      values: MetricValues(keys: keys, numbers: numbers), elapsedSeconds: row[2] ?? .nan,
      skippedPictures: row[rest + 2], time: row[3])
  }

  /// What a step has for `more`; nil for nothing.
  static func more(_ values: MetricValues) -> Data? {
    guard values.keys.contains(where: { !numberSet.contains($0.name) }) else { return nil }
    return NamedNumbers.data(
      zip(values.keys, values.numbers).compactMap { key, number in
        numberSet.contains(key.name) ? nil : number.map { (name: key.name, value: $0) }
      })
  }
}
