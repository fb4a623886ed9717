import Foundation
import Histories
import RunEvents
import Workbench

/// What a machine does, in words: one line, or a page with bars.
struct SystemText {
  private let sample: SystemSample

  init(_ sample: SystemSample) {
    self.sample = sample
  }

  private func value(_ metric: SystemMetric) -> String? { metric.value(in: sample).map(metric.words) }

  /// `11:05:02  cpu 93%  machine memory 5.1 GB of 16.0 GB  disk free 41.2 GB  ...`
  var line: String {
    var parts = [timeText("%H:%M:%S")]
    for metric in SystemMetric.allCases {
      guard let value = value(metric) else { continue }
      parts.append("\(metric.title) \(value)" + (whole(metric).map { " of " + $0 } ?? ""))
    }
    if let problem = sample.gpusProblem { parts.append(problem) }
    if let runs = sample.runs, !runs.isEmpty {
      parts.append("runs " + runs.map { "\($0.session)/\($0.run) \($0.state) \($0.step)" }.joined(separator: ", "))
    }
    return parts.joined(separator: "  ")
  }

  private func whole(_ metric: SystemMetric) -> String? {
    switch metric {
    case .machineMemory: sample.memoryBytes.map { SystemMetric.machineMemory.words(Double($0)) }
    case .diskUsed: sample.diskBytes.map { SystemMetric.diskUsed.words(Double($0)) }
    default: nil
    }
  }

  /// Bars for what has a whole, numbers for what has none, and a line for each run that goes on.
  func page(machine: String) -> String {
    var lines = ["\(machine)  \(timeText("%Y-%m-%d %H:%M:%S"))", ""]
    if let cpu = SystemMetric.cpu.value(in: sample) {
      lines.append(row("cpu", cpu / 100, "\(sample.cores.count) cores"))
      if sample.cores.count > 1, sample.cores.count <= Self.mostCores {
        lines += sample.cores.enumerated().map { row("  core \($0.offset)", $0.element, "") }
      }
    }
    if let total = sample.memoryBytes, let used = SystemMetric.machineMemory.value(in: sample), total > 0 {
      lines.append(row("memory", used / Double(total), words(.machineMemory)))
    }
    if let total = sample.diskBytes, let used = SystemMetric.diskUsed.value(in: sample), total > 0 {
      lines.append(row("disk", used / Double(total), words(.diskUsed) + ", " + sample.folder))
    }
    for (name, metrics) in [
      ("disk", [SystemMetric.diskRead, .diskWrite]), ("network", [.networkIn, .networkOut]),
    ] {
      let words = metrics.compactMap { metric in
        value(metric).map { "\(metric.title.split(separator: " ").last ?? "") \($0)" }
      }
      if !words.isEmpty { lines.append(padded(name, Self.nameColumns) + words.joined(separator: "  ")) }
    }
    return (lines + GPUText(sample).lines(bar: row) + runLines).joined(separator: "\n")
  }

  private static let nameColumns = 10
  private static let barColumns = 30
  private static let mostCores = 16

  /// `cpu       ███████▌                         43%  2 cores`
  private func row(_ name: String, _ share: Double, _ note: String) -> String {
    let percent = "\(Int((100 * share).rounded()))%"
    let text =
      padded(name, Self.nameColumns) + padded(bar(share, width: Self.barColumns), Self.barColumns) + " "
      + String(repeating: " ", count: max(0, 4 - percent.count)) + percent
    return note.isEmpty ? text : text + "  " + note
  }

  private func words(_ metric: SystemMetric) -> String {
    (value(metric) ?? "-") + (whole(metric).map { " of " + $0 } ?? "")
  }

  private var runLines: [String] {
    guard let runs = sample.runs else { return [] }
    guard !runs.isEmpty else { return ["", "no run goes on"] }
    return [""]
      + runs.flatMap { run in
        var parts = ["\(run.session)/\(run.run)", run.state.rawValue, "step \(run.step)/\(run.totalSteps)"]
        if let process = run.process { parts.append("process \(process)") }
        if let cores = run.cores { parts.append(fixedText(cores, decimals: 2) + " cores") }
        if let bytes = run.residentBytes { parts.append(SystemMetric.processMemory.words(Double(bytes))) }
        return [parts.joined(separator: "  ")] + (run.ranks ?? []).map { "  " + $0.words }
      }
  }

  private func timeText(_ format: String) -> String {
    localTime(Date(timeIntervalSince1970: sample.time ?? 0), format)
  }
}
