import ArgumentParser
import Files
import Foundation
import Histories
import Interchange
import Measures
import RunEvents
import Sessions

struct Import: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Take in what another program measured, as a run to overlay and compare.",
    discussion: """
      FILE is known by its first bytes: JSON lines as BEiT, MAE, DINO and EVA write them (log.txt), CSV (also W&B's export of a chart, which
      holds several runs), an event file of TensorBoard's, or what `mvp export` wrote. Rows without a step go by their epoch.

      EXAMPLE
        mvp import output/log.txt --session imagenet --name mae-400
        mvp import wandb_export.csv --session imagenet
      """)

  @Argument(help: "File.", completion: .file(), transform: userPath) var file: String

  @Option(help: "Session that the runs belong to; made where there is none.", completion: Candidates.sessionsWithRuns)
  var session: String

  @Option(help: "Name of the run; made of the file's or of what it says.")
  var name: String?

  @OptionGroup var place: SessionPlace

  @Flag(help: "Print one JSON object a line and run.") var json = false

  func run() throws {
    let runs: [ImportedRun]
    do {
      runs = try ImportedRun.read(RegularFile.read(file, limit: ImportedRun.mostBytes))
    } catch let problem as RegularFile.Problem {
      throw CommandFailure(message: "\(file) \(problem).")
    } catch let error as InterchangeError {
      throw CommandFailure(
        message: "\(file) is not taken in: \(error); JSON lines, CSV and event files of TensorBoard's are.")
    }
    if name != nil, runs.count > 1 {
      throw CommandFailure(
        message: "\(file) holds \(runs.count) runs with names of their own: leave out --name.", status: 2)
    }
    let store = try RunStore(directory: sessionDirectory(of: session, in: place.folder))
    for run in runs {
      let made = try run.record(in: store, as: name ?? run.name ?? fileName, source: file, isChosen: name != nil)
      if json {
        try printJSON(Taken(session: store.session, run: made, steps: run.rows.count, metrics: run.keys))
      } else {
        print("\(store.session)/\(made): \(run.rows.count) steps of \(run.keys.joined(separator: ", "))")
      }
    }
  }

  /// `log.txt` says less than its folder does.
  private var fileName: String {
    let url = URL(fileURLWithPath: file)
    let own = url.deletingPathExtension().lastPathComponent
    let isPlain = ["log", "metrics", "history"].contains(own.lowercased()) || own.hasPrefix("events.out")
    return isPlain ? url.deletingLastPathComponent().lastPathComponent : own
  }

  private struct Taken: Encodable {
    let session: String
    let run: String
    let steps: Int
    let metrics: [String]
  }
}

extension ImportedRun {
  private static let longestName = 60

  /// Makes it a run of a session that is finished.
  ///
  /// - Parameter isChosen: a person said the name, which is then taken as it is.
  /// - Returns: its name.
  fileprivate func record(in store: RunStore, as name: String, source: String, isChosen: Bool) throws -> String {
    let last = rows.last?.step ?? 1
    let settings = try SessionFile(yaml: "schedule: {steps: \(min(last, 1_000_000_000))}", file: "the import")
    let recorder = try store.create(
      settings: settings, totalSteps: last, name: isChosen ? name : try free(name, in: store))
    let metrics = keys.map(Self.metric)
    try recorder.record(.started(description(store.session, recorder.name, metrics, source, steps: last)))
    let named = metrics.map { MetricKey($0) }
    let start = rows.first?.time ?? 0
    for row in rows {
      let numbers = keys.map { row.values[$0] }
      try recorder.record(
        .step(
          StepMetrics(
            step: row.step, totalSteps: last, epoch: row.epoch ?? .nan, guidance: Self.guidance,
            values: MetricValues(keys: named, numbers: numbers), elapsedSeconds: row.time.map { $0 - start } ?? .nan,
            skippedPictures: 0, time: row.time)))
    }
    let loss = rows.last { $0.values[Metric.loss.key] != nil }?.values[Metric.loss.key]
    let seconds = rows.last?.time.map { $0 - start } ?? 0
    try recorder.record(.finished(RunSummary(outcome: .finished, step: last, loss: loss, seconds: seconds)))
    try recorder.close()
    return recorder.name
  }

  private static let guidance = "-"

  /// A metric of the house where the house has it.
  private static func metric(_ key: String) -> Metric {
    if let known = Metric.earlier.first(where: { $0.key == key }) {
      var metric = known
      metric.isOptional = true
      return metric
    }
    return Metric(key: key, name: key, isOptional: true)
  }

  /// The name without what names cannot have, with a number behind it where it is taken.
  private func free(_ wanted: String, in store: RunStore) throws -> String {
    var word = String(
      wanted.prefix(Self.longestName).map { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") ? $0 : "-" }
        .drop { !$0.isLetter && !$0.isNumber })
    if word.isEmpty { word = "imported" }
    var number = 1
    while try store.run(named: number > 1 ? "\(word)-\(number)" : word) != nil { number += 1 }
    return number > 1 ? "\(word)-\(number)" : word
  }

  private func description(
    _ session: String, _ run: String, _ metrics: [Metric], _ source: String, steps: Int
  ) -> RunDescription {
    RunDescription(
      session: session, run: run, seed: 0, totalSteps: steps, startStep: 0, batchSize: 0, accumulation: 1,
      datasetSize: 0, dataset: "", student: ModelDescription(summary: "another program's", parameters: 0),
      guidances: [], guidance: Self.guidance, grid: [1, 1], maskedPatches: 0,
      device: "another program: \(URL(fileURLWithPath: source).lastPathComponent)", evals: [], previewCount: 0,
      metrics: metrics)
  }
}
