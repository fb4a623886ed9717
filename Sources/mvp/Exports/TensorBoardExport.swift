import Foundation
import Interchange
import Measures
import RunEvents
import Sessions

/// A run as an event file of TensorBoard's: scalars `train/...`, `time/...`, `eval/...` and `machine/...`, and what
/// happened as texts `event/...`.
struct TensorBoardExport {
  private let found: FoundRun

  init(_ found: FoundRun) { self.found = found }

  /// - Parameter path: a folder; a device or a file whose name says that it is an event file is written itself.
  func write(to path: String) throws {
    let (store, run) = (found.store, found.run)
    let file = try ExportFile(try filePath(path))
    let created = run.created.timeIntervalSince1970
    try file.append { TensorBoardEvent.appendVersion(time: created, to: &$0) }
    let tags = Dictionary(
      try store.measured(by: run.name).map { ($0.key, ($0.phase == nil ? "train/" : "time/") + $0.key) },
      uniquingKeysWith: { first, _ in first })
    var times: [(step: Int, time: Double)] = []
    try store.tellSteps(of: run.name) { step in
      let time = step.time ?? created + (step.elapsedSeconds.isFinite ? step.elapsedSeconds : 0)
      times.append((step.step, time))
      var numbers = zip(step.values.keys, step.values.numbers).compactMap { key, number in
        number.map { (tag: tags[key.name] ?? "train/" + key.name, value: $0) }
      }
      numbers.append((tag: "train/epoch", value: step.epoch))
      try file.append { TensorBoardEvent(time: time, step: step.step, numbers: numbers).append(to: &$0) }
    }
    for result in try store.evals(of: run.name) {
      let event = TensorBoardEvent(
        time: time(of: result.step, times) ?? created, step: result.step,
        numbers: result.namedScores.map { (tag: $0.0, value: $0.1) })
      try file.append { event.append(to: &$0) }
    }
    try store.tellMachine(of: run.name) { sample in
      let numbers = zip(SystemMetric.allCases, sample.values).compactMap { metric, value in
        value.map { (tag: "machine/" + metric.rawValue, value: $0) }
      }
      try file.append { TensorBoardEvent(time: sample.time, step: sample.step, numbers: numbers).append(to: &$0) }
    }
    try store.tellEvents(of: run.name) { line in
      let text = (tag: "event/" + line.kind, text: "```\n\(line.line)\n```")
      try file.append { TensorBoardEvent(time: line.time, step: line.step, texts: [text]).append(to: &$0) }
    }
    try file.commit()
  }

  /// When a step was made; of a step that is not there, the one before it.
  private func time(of step: Int, _ times: [(step: Int, time: Double)]) -> Double? {
    var (low, high) = (0, times.count)
    while low < high {
      let middle = (low + high) / 2
      if times[middle].step <= step { low = middle + 1 } else { high = middle }
    }
    return low > 0 ? times[low - 1].time : times.first?.time
  }

  /// TensorBoard knows its files by their names. Another export of the run takes the place of the first.
  private func filePath(_ path: String) throws -> String {
    let name = URL(fileURLWithPath: path).lastPathComponent
    var status = stat()
    let exists = stat(path, &status) == 0
    if name.contains("tfevents") || exists && status.st_mode & S_IFMT != S_IFDIR { return path }
    // A link to nothing yet is written through.
    if !exists, lstat(path, &status) == 0 { return path }
    do {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    } catch {
      throw CommandFailure(message: "the folder \(path) cannot be made; name another --output.")
    }
    let seconds = Int(found.run.created.timeIntervalSince1970)
    return path + (path.hasSuffix("/") ? "" : "/") + "events.out.tfevents.\(seconds).mvp.\(found.run.name)"
  }
}
