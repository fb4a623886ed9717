import ArgumentParser
import Files
import Foundation
import Histories
import RunEvents
import Sessions
import TrainingBackend

struct Runs: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "List, compare, fork, name and delete runs.",
    discussion: """
      EXAMPLE
        mvp runs                                   all runs of all sessions, the one that was last at work first
        mvp runs demo --state finished --sort knn --json
        mvp runs --filter 'knn>0.5 mask.masked=26 -tag:bad'
        mvp runs --hosts                           those of the machines in ~/.config/mvp/hosts, too (mvp attach --help)
        mvp runs compare demo brisk-otter calm-fox
        mvp runs tag demo brisk-otter baseline clip
        mvp runs fork brisk-otter --at 500 --set guidance.start=dino
      """,
    subcommands: [
      RunsList.self, RunsCompare.self, RunsRename.self, RunsTag.self, RunsNote.self, RunsDelete.self,
      RunsFork.self, RunsRecover.self, RunsPrune.self,
    ], defaultSubcommand: RunsList.self)
}

struct RunsList: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List runs: state, guidance, steps, loss, evaluations, tags.",
    discussion: """
      EXAMPLE
        mvp runs list demo --tag baseline --sort loss
        mvp runs list demo --filter 'guidance=clip loss<-0.8 name:*otter'
      """)

  @Argument(help: "Session; all sessions where it is not given.", completion: Candidates.sessionsWithRuns)
  var session: String?

  @OptionGroup var place: SessionPlace

  @Option(help: "Only runs in this state: \(states.joined(separator: ", ")).", completion: .list(states))
  var state: String?

  @Option(help: "Only runs with this tag.", completion: Candidates.tags)
  var tag: String?

  @Option(help: "Only runs under this guidance.", completion: Candidates.guidances)
  var guidance: String?

  @Option(
    help: ArgumentHelp(
      "Only runs that hold words, or of which comparisons hold: KEY:PART, KEY=VALUE, != < <= > >=. Keys are state, guidance, seed, "
        + "step, loss, score, tag, note, name, fork (of which run), ablation, an evaluation (knn), or one of the session (mask.masked); * stands for anything, "
        + "- in front for not.", valueName: "terms"))
  var filter: String?

  @Option(
    help:
      "\(orders.joined(separator: ", ")), or an evaluation (\(kinds.joined(separator: ", "))); best or newest first.",
    completion: .list(orders + kinds))
  var sort = "updated"

  private static let states = [
    "preparing", "running", "paused", "stopping", "finished", "stopped", "failed", "interrupted", "untrained",
  ]
  private static let orders = ["updated", "created", "name", "step", "loss"]
  private static let kinds = ModelEvaluation.kinds.map(\.kind)

  @Flag(help: "Print one JSON object a line and run.")
  var json = false

  @Flag(help: "List the runs of the machines in ~/.config/mvp/hosts, too; `mvp attach --help` tells of that file.")
  var hosts = false

  func validate() throws {
    let orders = Self.orders + Self.kinds
    guard orders.contains(sort) || ModelEvaluation.kinds.named(sort) != nil else {
      throw ValidationError(
        "--sort is \(sort): choose \(orders.joined(separator: ", "))\(meaning(of: sort, among: orders))")
    }
    if let state, !Self.states.contains(state) {
      throw ValidationError(
        "--state is \(state): choose \(Self.states.joined(separator: ", "))\(meaning(of: state, among: Self.states))")
    }
  }

  func run() throws {
    let filter = RunFilter(filter ?? "", kinds: Self.kinds)
    var unreadable: Set<URL> = []
    let elsewhere = hosts ? try linesOfHosts(filter) : []
    // A session may be there alone.
    let folders = elsewhere.isEmpty ? try folders() : (try? folders()) ?? []
    let lines =
      try folders.flatMap { folder in
        do {
          return try RunStore.existing(in: folder)?.catalog(values: filter.configurationKeys, hasSizes: true).runs
            .map { RunLine(session: folder.lastPathComponent, run: $0) } ?? []
        } catch let error as RunStoreError where session == nil {
          // The others are listed all the same.
          writeError("\(error)")
          unreadable.insert(folder)
          return []
        }
      } + elsewhere
    for folder in folders where !unreadable.contains(folder) { sayWhatIsLost(folder, known: lines) }
    if let problem = filter.problem(among: lines.map(\.run), readKeys: filter.configurationKeys) {
      throw CommandFailure(message: "--filter: \(problem).", status: 2)
    }
    let passes = filter.test(for: lines.map(\.run))
    let listings = sorted(lines.filter { isWanted($0) && passes($0.run) })
    if json {
      for listing in listings { try printJSON(listing) }
      return
    }
    guard !listings.isEmpty else {
      print(
        lines.isEmpty
          ? "no runs in \(place.folder.relativePath); start one with `mvp run demo`" : "no run is of that kind")
      return
    }
    let columns = RunLine.Columns(
      forks: listings.contains { $0.run.origin != nil }, trials: listings.contains { $0.run.trial != nil },
      sizes: listings.contains { $0.run.checkpointBytes != nil })
    printTable([RunLine.titles(columns)] + listings.map { $0.texts(columns) })
  }

  /// Runs of the machines in the hosts file; who does not answer is told.
  private func linesOfHosts(_ filter: RunFilter) throws -> [RunLine] {
    let file: HostsFile
    do { file = try HostsFile.read() } catch let error as BackendError {
      throw CommandFailure(message: error.description)
    }
    guard !file.hosts.isEmpty else {
      throw CommandFailure(message: "\(file.path) names no machine: `mvp attach --help` says how it does.")
    }
    let hosts = Hosts(file, place: place)
    defer { hosts.close() }
    hosts.ask(filter.configurationKeys, seconds: Hosts.patience)
    return hosts.links.flatMap { link -> [RunLine] in
      let (catalog, problem) = link.told
      if let problem { writeError(problem) }
      return (catalog?.runs ?? []).compactMap { run in
        let reference = RunReference(named: run.name, in: "")
        guard session.map({ $0 == reference.session }) ?? true else { return nil }
        var run = run
        run.name = reference.run
        return RunLine(host: link.name, session: reference.session, run: run)
      }
    }
  }

  /// Runs that have checkpoints and stand in no store.
  private func sayWhatIsLost(_ folder: URL, known: [RunLine]) {
    let name = folder.lastPathComponent
    let names = Set(known.filter { $0.host == nil && $0.session == name }.map(\.run.name))
    let lost = StoreRecovery.runsWithCheckpoints(in: folder, butFor: names)
    guard !lost.isEmpty else { return }
    writeError(
      "session \(name) has checkpoints of \(lost.joined(separator: ", ")), which its run store does not know: `mvp runs recover \(name)` "
        + "puts them back.")
  }

  private func isWanted(_ line: RunLine) -> Bool {
    (state.map { $0 == line.run.state.rawValue } ?? true) && (guidance.map { $0 == line.run.guidance } ?? true)
      && (tag.map { line.run.tags.contains($0) } ?? true)
  }

  private func sorted(_ lines: [RunLine]) -> [RunLine] {
    lines.sorted { left, right in
      switch sort {
      case "created": left.run.created > right.run.created
      case "name": (left.session, left.run.name) < (right.session, right.run.name)
      case "step": left.run.step > right.run.step
      case "loss": left.run.loss ?? .infinity < right.run.loss ?? .infinity
      case "updated": left.run.updated > right.run.updated
      default: left.run.evals[sort] ?? -1 > right.run.evals[sort] ?? -1
      }
    }
  }

  /// `mvp runs SESSION` and `mvp runs delete` begin alike.
  private func suggestion(for session: String) -> String {
    let commands = Runs.configuration.subcommands.map { "mvp runs \($0._commandName)" }
    let meant = Files.meaning(of: "mvp runs \(session)", among: commands)
    return nearest(to: session, among: Runs.configuration.subcommands.map { $0._commandName }) == nil
      ? place.suggestion(for: session) : meant
  }

  /// Folders of the sessions to list.
  private func folders() throws -> [URL] {
    if let session {
      let folder = sessionDirectory(of: session, in: place.folder)
      guard FileManager.default.fileExists(atPath: folder.path) else {
        throw CommandFailure(
          message:
            "there is no session \(folder.lastPathComponent) with runs in \(place.folder.path), `mvp runs` lists all"
            + suggestion(for: session))
      }
      return [folder]
    }
    return place.foldersWithRuns
  }
}

/// A run in a list.
private struct RunLine: Encodable {
  /// nil: this machine.
  var host: String?
  let session: String
  let run: RunListing

  enum CodingKeys: String, CodingKey {
    case host, session, run, state, guidance, step, loss, evals, baselines, seed, updated, tags, note, ablation, trials
    case totalSteps = "total_steps"
    case origin = "fork_of"
    case trial = "trial_of"
    case checkpointBytes = "checkpoint_bytes"
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encodeIfPresent(host, forKey: .host)
    try container.encode(session, forKey: .session)
    try container.encode(run.name, forKey: .run)
    try container.encode(run.state, forKey: .state)
    try container.encode(run.guidance, forKey: .guidance)
    try container.encode(run.step, forKey: .step)
    try container.encode(run.totalSteps, forKey: .totalSteps)
    try container.encodeIfPresent(run.loss, forKey: .loss)
    try container.encode(run.evals, forKey: .evals)
    try container.encode(held, forKey: .baselines)
    try container.encode(run.seed, forKey: .seed)
    try container.encode(run.updated, forKey: .updated)
    try container.encode(run.tags, forKey: .tags)
    try container.encode(run.note, forKey: .note)
    try container.encodeIfPresent(run.origin, forKey: .origin)
    try container.encodeIfPresent(run.ablation, forKey: .ablation)
    try container.encodeIfPresent(run.trial, forKey: .trial)
    try container.encodeIfPresent(run.trials, forKey: .trials)
    try container.encodeIfPresent(run.checkpointBytes, forKey: .checkpointBytes)
  }

  /// What each score is held against, by kind.
  private var held: [String: HeldScore] {
    (run.baselines ?? [:]).reduce(into: [:]) { held, entry in
      held[entry.key] = run.evals[entry.key].map { HeldScore(score: $0, baselines: entry.value) }
    }
  }

  /// Columns that there are where a run has something for them.
  struct Columns {
    let forks: Bool
    let trials: Bool
    let sizes: Bool
  }

  static func titles(_ columns: Columns) -> [String] {
    ["SESSION", "RUN", "STATE", "GUIDANCE", "STEP", "LOSS", "EVALS", "SEED", "UPDATED", "TAGS"]
      + (columns.sizes ? ["CHECKPOINTS"] : []) + (columns.forks ? ["FORK OF"] : [])
      + (columns.trials ? ["TRIAL OF"] : []) + ["AGAINST"]
  }

  func texts(_ columns: Columns) -> [String] {
    let forks = columns.forks ? [run.origin.map { "\($0.run) at \($0.step)" } ?? "-"] : []
    let trials = columns.trials ? [run.trial.map { $0.run + ($0.step.map { " at \($0)" } ?? "") } ?? "-"] : []
    let sizes = columns.sizes ? [run.checkpointBytes.map(bytesText) ?? "-"] : []
    let scores = scoreTexts(run.evals)
    return [
      host.map { "\($0):\(session)" } ?? session, run.name, run.state.rawValue, run.guidance,
      "\(run.step)/\(run.totalSteps)",
      run.loss.map { fixedText($0, decimals: 4) } ?? "-", scores.isEmpty ? "-" : scores.joined(separator: ", "),
      "\(run.seed)",
      localTime(run.updated, "%Y-%m-%d %H:%M"), run.tags.joined(separator: " "),
    ] + sizes + forks + trials + [
      held.sorted { $0.key < $1.key }.map { kind, held in
        "\(kind) \(held.baselines.facts(of: held.score).joined(separator: ", "))"
      }.joined(separator: "; ")
    ]
  }
}

/// A score beside what it is held against.
private struct HeldScore: Encodable {
  let score: Double
  let baselines: EvalBaselines

  func encode(to encoder: any Encoder) throws { try baselines.encode(to: encoder, with: score) }
}
