import Files
import Foundation

/// What another program measured of a run, a row a step.
package struct ImportedRun: Equatable, Sendable {
  package struct Row: Equatable, Sendable {
    package var step: Int
    package var epoch: Double?
    /// Seconds since 1970.
    package var time: Double?
    package var values: [String: Double] = [:]

    package init(step: Int, epoch: Double? = nil, time: Double? = nil, values: [String: Double] = [:]) {
      self.step = step
      self.epoch = epoch
      self.time = time
      self.values = values
    }
  }

  /// As the file names it; nil where it holds one run and no name.
  package var name: String?
  /// Keys of the numbers, in the order in which they came.
  package private(set) var keys: [String] = []
  /// Ascending, a step once, from 1 on.
  package private(set) var rows: [Row] = []

  package init(name: String? = nil) { self.name = name }

  private var places: [Int: Int] = [:]

  /// Adds to the row of a step.
  package mutating func add(_ row: Row) {
    let place: Int
    if let known = places[row.step] {
      place = known
    } else {
      place = rows.count
      places[row.step] = place
      rows.append(Row(step: row.step))
    }
    rows[place].epoch = row.epoch ?? rows[place].epoch
    rows[place].time = row.time ?? rows[place].time
    for (key, value) in row.values.sorted(by: { $0.key < $1.key }) {
      if known.insert(key).inserted { keys.append(key) }
      rows[place].values[key] = value
    }
  }

  private var known: Set<String> = []

  /// Puts the rows in order.
  ///
  /// - Parameter shift: is added to every step.
  mutating func settle(shift: Int) {
    rows.sort { $0.step < $1.step }
    for place in rows.indices { rows[place].step += shift }
    places = Dictionary(rows.enumerated().map { ($0.element.step, $0.offset) }, uniquingKeysWith: { first, _ in first })
  }

  package static func == (left: Self, right: Self) -> Bool {
    left.name == right.name && left.keys == right.keys && left.rows == right.rows
  }
}

extension ImportedRun {
  /// Bytes of a file that are read at the most.
  package static let mostBytes = 1 << 30
  /// The greatest step that is believed.
  private static let mostSteps = 1_000_000_000_000

  /// The runs of a file of any kind that is known by its first bytes: TensorBoard's events, JSON lines, CSV.
  ///
  /// - Throws: ``InterchangeError`` where it is none, or has no numbers.
  package static func read(_ data: Data) throws -> [ImportedRun] {
    var runs: [ImportedRun]
    if isRecords(data) {
      runs = [try events(data)]
    } else {
      guard let text = String(data: data, encoding: .utf8) else {
        switch TextEncoding(data) {
        case .binary, .utf8: throw InterchangeError("it is neither an event file of TensorBoard's nor a text")
        case let other:
          throw InterchangeError(
            "it is no event file of TensorBoard's, and \(other.trouble ?? "no UTF-8"): save it as UTF-8")
        }
      }
      let first = text.first { !$0.isWhitespace }
      runs = first == "{" ? [try lines(text)] : try table(CSVTable(text))
    }
    // Steps that are counted from 0 are counted from 1 here, those of all runs of a file alike.
    let shift = runs.contains { $0.rows.contains { $0.step == 0 } } ? 1 : 0
    for place in runs.indices { runs[place].settle(shift: shift) }
    runs.removeAll { $0.rows.isEmpty || $0.keys.isEmpty }
    guard !runs.isEmpty else { throw InterchangeError("it has no steps with numbers") }
    return runs
  }

  private static func isRecords(_ data: Data) -> Bool {
    data.withUnsafeBytes { TFRecord.length(at: 0, of: $0) != nil }
  }

  private static func events(_ data: Data) throws -> ImportedRun {
    var run = ImportedRun()
    _ = try TensorBoardEvent.read(data) { event in
      var values: [String: Double] = [:]
      var epoch: Double?
      for (tag, value) in event.numbers {
        guard let key = ImportedName.key(tag) else {
          if ImportedName.isEpoch(tag) { epoch = value }
          continue
        }
        values[key] = value
      }
      guard !values.isEmpty, (0...mostSteps).contains(event.step) else { return }
      run.add(Row(step: event.step, epoch: epoch, time: event.time.isFinite ? event.time : nil, values: values))
    }
    return run
  }

  /// As BEiT, MAE, DINO and EVA write `log.txt`, or as this program exports: an object a line. Lines of another kind
  /// are left out.
  private static func lines(_ text: String) throws -> ImportedRun {
    var run = ImportedRun()
    for line in text.split(whereSeparator: \.isNewline) {
      // Python writes numbers that JSON does not know.
      let json = line.replacing("NaN", with: "null").replacing("-Infinity", with: "null").replacing(
        "Infinity", with: "null")
      guard let object = try? JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any] else { continue }
      if let event = object["event"] as? String, event != "step" { continue }
      var fields: [(String, Double)] = []
      for (name, value) in object { fields += numbers(name, value) }
      add(fields, to: &run)
    }
    return run
  }

  private static func numbers(_ name: String, _ value: Any) -> [(String, Double)] {
    switch value {
    case let number as NSNumber: [(name, number.doubleValue)]
    case let text as String: Double(text).map { [(name, $0)] } ?? []
    // The parts of a step's time, as this program has them.
    case let inner as [String: Any] where name == "phases":
      inner.flatMap { numbers($0.key + "_seconds", $0.value) }
    default: []
    }
  }

  /// A table with a row a step: one run, or, as W&B exports charts, columns `RUN - METRIC` of several.
  private static func table(_ table: CSVTable) throws -> [ImportedRun] {
    let record = table.header.firstIndex(of: "record")
    var runs: [ImportedRun] = []
    var order: [String: Int] = [:]
    let columns = table.header.map { name -> (run: String, metric: String)? in
      if name.hasSuffix("__MIN") || name.hasSuffix("__MAX") { return nil }
      guard let split = name.range(of: " - ", options: .backwards) else { return ("", name) }
      return (String(name[..<split.lowerBound]), String(name[split.upperBound...]))
    }
    let common = columns.indices.filter { columns[$0].map { $0.run.isEmpty } ?? false }
    let named = Set(columns.compactMap { $0?.run }).subtracting([""]).sorted()
    for row in table.rows {
      if let record, row.indices.contains(record), row[record] != "step" { continue }
      func fields(_ places: [Int]) -> [(String, Double)] {
        places.compactMap { place in
          guard row.indices.contains(place), let column = columns[place] else { return nil }
          return Double(row[place]).map { (column.metric, $0) }
        }
      }
      for run in named.isEmpty ? [""] : named {
        let own = columns.indices.filter { columns[$0]?.run == run && !run.isEmpty }
        let values = fields(own)
        if !run.isEmpty, values.isEmpty { continue }
        let place = order[run] ?? runs.count
        if place == runs.count {
          order[run] = place
          runs.append(ImportedRun(name: run.isEmpty ? nil : run))
        }
        add(fields(common) + values, to: &runs[place])
      }
    }
    return runs
  }

  /// Adds a row by its fields; one without a step goes by its epoch, counted from 0.
  private static func add(_ fields: [(String, Double)], to run: inout ImportedRun) {
    var row = Row(step: 0)
    var step: Double?
    for (name, value) in fields {
      if ImportedName.isStep(name) {
        step = value
      } else if ImportedName.isEpoch(name) {
        row.epoch = value
      } else if ImportedName.isTime(name) {
        row.time = value
      } else if let key = ImportedName.key(name) {
        row.values[key] = value
      }
    }
    guard let place = step ?? row.epoch.map({ $0 + 1 }), place.isFinite, place >= 0, place <= Double(mostSteps),
      !row.values.isEmpty
    else { return }
    row.step = Int(place)
    run.add(row)
  }
}
