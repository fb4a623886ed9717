import Foundation
import Interchange
import Measures
import RunEvents
import Sessions

/// A run as one table: a row for each step, then for each score, each sample of the machine and each event. The column
/// `record` says which; what a row does not have is empty.
struct CSVExport {
  private let found: FoundRun

  init(_ found: FoundRun) { self.found = found }

  private static let first = ["record", "step", "time"]
  private static let ofSteps = ["total_steps", "epoch", "guidance", "elapsed_seconds", "skipped_pictures"]

  func write(to path: String) throws {
    let (store, run) = (found.store, found.run.name)
    let metrics = try store.measured(by: run).map(\.key)
    let evals = try store.evals(of: run)
    let scores = columns(of: evals)
    let machine = SystemMetric.allCases.map { "machine/" + $0.rawValue }
    let names = Self.first + Self.ofSteps + metrics + scores + machine + ["event"]
    func row(_ first: [String], from start: Int, _ fields: [String]) -> String {
      var line = first + Array(repeating: "", count: names.count - first.count)
      for (index, field) in fields.enumerated() { line[start + index] = field }
      return csvLine(line)
    }
    let file = try ExportFile(path)
    try file.append(csvLine(names))
    let ofSteps = Self.first.count
    try store.tellSteps(of: run) { step in
      let own = [
        String(step.totalSteps), number(step.epoch), step.guidance, number(step.elapsedSeconds),
        String(step.skippedPictures),
      ]
      let values = metrics.enumerated().map { number(step.values.value(of: $0.element, near: $0.offset)) }
      try file.append(row(["step", String(step.step), number(step.time)], from: ofSteps, own + values))
    }
    let ofScores = ofSteps + Self.ofSteps.count + metrics.count
    for result in evals {
      let named = Dictionary(self.scores(of: result), uniquingKeysWith: { first, _ in first })
      try file.append(
        row(["eval", String(result.step), ""], from: ofScores, scores.map { number(named[$0]) }))
    }
    let ofMachine = ofScores + scores.count
    try store.tellMachine(of: run) { sample in
      try file.append(
        row(["machine", String(sample.step), number(sample.time)], from: ofMachine, sample.values.map(number)))
    }
    try store.tellEvents(of: run) { event in
      try file.append(
        row(["event", String(event.step), number(event.time)], from: ofMachine + machine.count, [event.line]))
    }
    try file.commit()
  }

  private func columns(of evals: [EvalResult]) -> [String] {
    var names: [String] = []
    for name in evals.flatMap(scores).map(\.0) where !names.contains(name) { names.append(name) }
    return names
  }

  private func scores(of result: EvalResult) -> [(String, Double)] { result.namedScores }

  private func number(_ value: Double?) -> String {
    guard let value else { return "" }
    return value.isNaN ? "nan" : value.isInfinite ? (value > 0 ? "inf" : "-inf") : "\(value)"
  }
}

extension EvalResult {
  /// Its scores by the names that other tools know them by: `eval/knn`, `eval/knn/top5`.
  var namedScores: [(String, Double)] {
    [("eval/\(kind)", score)]
      + details.sorted { $0.key < $1.key }.map { ("eval/\(kind)/\($0.key)", $0.value) }
  }
}
