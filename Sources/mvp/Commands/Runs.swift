import ArgumentParser
import Foundation
import Sessions

struct Runs: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "List runs: state, guidance, steps, loss, evaluations.",
    discussion: """
      EXAMPLE
        mvp runs
        mvp runs demo --json
      """)

  @Argument(help: "Session; all sessions where it is not given.")
  var session: String?

  @OptionGroup var place: SessionPlace

  @Flag(help: "Print one JSON object a line and run.")
  var json = false

  func run() throws {
    let listings = try folders().flatMap { folder in
      try RunStore.existing(in: folder).map { store in
        try store.runs().map { try RunLine(folder.lastPathComponent, $0, store) }
      } ?? []
    }.sorted { $0.updated > $1.updated }
    if json {
      for listing in listings { try printJSON(listing) }
      return
    }
    guard !listings.isEmpty else {
      print("no runs in \(place.folder.relativePath); start one with `mvp run demo`")
      return
    }
    let rows = [RunLine.titles] + listings.map(\.columns)
    let widths = RunLine.titles.indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
    for row in rows {
      let padded = zip(row, widths).map { $0.padding(toLength: $1, withPad: " ", startingAt: 0) }
      print(padded.joined(separator: "  ").replacing(/\s+$/, with: ""))
    }
  }

  /// Folders of the sessions to list.
  private func folders() throws -> [URL] {
    if let session {
      let name =
        session.hasSuffix(".yaml") ? URL(fileURLWithPath: session).deletingPathExtension().lastPathComponent : session
      return [place.folder.appendingPathComponent(name, isDirectory: true)]
    }
    let names = (try? FileManager.default.contentsOfDirectory(atPath: place.folder.path)) ?? []
    return names.sorted().map { place.folder.appendingPathComponent($0, isDirectory: true) }.filter {
      FileManager.default.fileExists(atPath: $0.appendingPathComponent("runs.sqlite").path)
    }
  }
}

/// A run in a list.
private struct RunLine: Encodable {
  let session: String
  let run: String
  let state: String
  let guidance: String
  let step: Int
  let totalSteps: Int
  let loss: Double?
  let evals: [String: Double]
  let seed: UInt64
  let updated: Date

  enum CodingKeys: String, CodingKey {
    case session, run, state, guidance, step, loss, evals, seed, updated
    case totalSteps = "total_steps"
  }

  init(_ session: String, _ record: RunRecord, _ store: RunStore) throws {
    self.session = session
    run = record.name
    state = record.state.rawValue
    guidance = record.guidance
    step = record.lastStep
    totalSteps = record.totalSteps
    loss = record.lastLoss
    evals = Dictionary(
      try store.evals(of: record.name).map { ($0.kind, $0.score) }, uniquingKeysWith: { _, newest in newest })
    seed = record.seed
    updated = record.updated
  }

  static let titles = ["SESSION", "RUN", "STATE", "GUIDANCE", "STEP", "LOSS", "EVALS", "SEED", "UPDATED"]

  var columns: [String] {
    let formatter = DateFormatter()
    formatter.dateFormat = "yyyy-MM-dd HH:mm"
    let scores = evals.sorted { $0.key < $1.key }.map { "\($0.key) \(formatted($0.value * 100, 1))%" }
    return [
      session, run, state, guidance, "\(step)/\(totalSteps)", loss.map { formatted($0, 4) } ?? "-",
      scores.isEmpty ? "-" : scores.joined(separator: ", "), "\(seed)", formatter.string(from: updated),
    ]
  }
}
