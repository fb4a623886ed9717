import ArgumentParser
import Files
import Foundation
import RunEvents
import Sessions
import Terminal
import TrainingBackend

struct Ablate: ComputingCommand {
  static let configuration = CommandConfiguration(
    abstract:
      "Train a session under every combination of some values, for several seeds, and compare what came of each.",
    discussion: """
      A cell is a combination of values; it has a run for each seed. Runs are made one after the other, as runs of the session like any other: `mvp attach`
      watches the one that is made, view 9 shows all of them. With --at the cells of a seed are forks of one trunk, which share its steps. The same command goes
      on after whatever ended it, as does --resume: what is done stays, the run at work goes on from its checkpoint, what failed is tried again.

      The table has the mean and standard deviation of each score over seeds, and how far a cell lies above the first one: paired over seeds, with the 95%
      interval by Student's t; with one seed, by the number of test pictures. A difference whose interval holds 0 is within the spread.

      EXAMPLE
        mvp ablate demo --over guidance.start=clip,dino --over mask.masked=.3,.4,.5 --seeds 0,1,2
        mvp ablate demo --over optimizer.learning_rate=1e-3,3e-3 --at 500 --kinds knn --set schedule.steps=1500
        mvp ablate demo --over mask.kind=blockwise,random --dry-run     its cells, and how long they take
        mvp ablate poster-systems --seconds 60 --seeds 0,1,2            what its file compares (section ablation), a minute of training each
        mvp ablate demo --resume                                        goes on with the one that is not finished
        mvp ablate demo --show --json                                   the newest one's table, while it goes on too
      """)

  @Argument(help: "Session: a name or a path to a YAML file.", completion: Candidates.sessionFiles)
  var session: String

  @OptionGroup var place: SessionPlace

  @Option(
    help: ArgumentHelp("A key of the session and its values; may be repeated.", valueName: "key=value,value"),
    completion: Candidates.settings)
  var over: [String] = []

  @Option(help: ArgumentHelp("Seeds, such as 0,1,2; the session's where they are not given.", valueName: "n,n"))
  var seeds: String?

  @Option(help: ArgumentHelp("Fork the cells of a seed from one trunk at this step.", valueName: "step"))
  var at: Int?

  @Option(
    help: ArgumentHelp(
      "Evaluations at the end of each run, such as knn,linear; the session's evals.at_end where they are not given.",
      valueName: "kind,kind"), completion: .list(kindNames))
  var kinds: String?

  @Option(
    help: ArgumentHelp(
      "Give every cell the steps that it makes in so many seconds of training, by a few steps that are measured first.",
      valueName: "seconds"))
  var seconds: Double?

  @OptionGroup var given: SessionOverrides

  @Option(
    help: "Name of the ablation: of a new one made up where it is not given, else the newest.",
    completion: Candidates.ablations)
  var name: String?

  @Flag(help: "Go on with an ablation that is not finished; what failed is tried again.")
  var resume = false

  @Flag(help: "Print the table of an ablation as far as it is, and make nothing.")
  var show = false

  @Flag(help: "Forget an ablation; its runs stay.")
  var forget = false

  @Flag(help: "Print the cells and about how long they take, and make nothing.")
  var dryRun = false

  @Flag(help: "Print a JSON object a run that ends, and last one with every cell.")
  var json = false

  private static let kindNames = ModelEvaluation.kinds.map(\.kind)

  func validate() throws {
    let isOfOld = resume || show || forget
    guard [resume, show, forget, dryRun].count(where: { $0 }) <= 1 else {
      throw ValidationError("--resume, --show, --forget and --dry-run exclude each other: give one of them.")
    }
    if isOfOld, !over.isEmpty || seeds != nil || at != nil || kinds != nil || seconds != nil || !given.overrides.isEmpty
    {
      throw ValidationError(
        "an ablation keeps what it began with: leave out --over, --seeds, --at, --kinds, --seconds and --set.")
    }
    if let seconds, !(seconds > 0 && seconds.isFinite) {
      throw ValidationError("--seconds is \(seconds): give seconds of training, more than 0.")
    }
    if seconds != nil, at != nil {
      throw ValidationError("forks of one trunk have its steps in common: give --at or --seconds, not both.")
    }
    if let at, at < 1 { throw ValidationError("--at is \(at): give the step of the fork, 1 or more.") }
    for kind in chosenKinds where ModelEvaluation.kinds.named(kind) == nil {
      throw ValidationError(
        "--kinds is \(kind): choose \(alternatives(Self.kindNames))\(meaning(of: kind, among: Self.kindNames))")
    }
    guard !isOfOld, !over.isEmpty else { return }
    do {
      try plan().check()
    } catch let problem as AblationPlan.Problem {
      throw ValidationError(problem.description)
    }
  }

  private var chosenKinds: [String] {
    kinds?.split(separator: ",").map { String($0.filter { $0 != " " }) } ?? []
  }

  private func plan() throws -> AblationPlan {
    AblationPlan(
      over: try over.map(AblationPlan.Axis.init), seeds: try seeds.map(AblationPlan.seeds) ?? [], at: at,
      set: given.overrides, kinds: chosenKinds, seconds: seconds)
  }

  func run() throws {
    if show {
      let (store, ablation) = try existing()
      return try tell(store.table(of: ablation), of: store)
    }
    if forget {
      let (store, ablation) = try existing()
      try store.forget(ablation)
      return print("ablation \(ablation.name) of \(store.session) is forgotten; its runs stay")
    }
    if resume {
      let (store, ablation) = try unfinished()
      return try make(ablation, in: store)
    }
    var draft = try checkedDraft()
    if dryRun {
      if let seconds { try fit(&draft, seconds) }
      return try estimate(draft)
    }
    let store = try RunStore(directory: draft.session.directory)
    switch try AblationChoice(draft, name: name, in: store) {
    case .new:
      if let seconds { try fit(&draft, seconds) }
      try make(store.begin(draft, name: name), in: store)
    case .goOn(let ablation): try make(ablation, in: store)
    case .refused(let why): throw CommandFailure(message: why(place.words), status: ExitStatus.usage.rawValue)
    }
  }

  // MARK: which one

  private func openStore() throws -> RunStore {
    let folder = sessionDirectory(of: session, in: place.folder)
    guard let store = try RunStore.existing(in: folder) else {
      throw CommandFailure(
        message:
          "session \(folder.lastPathComponent) has no runs in \(place.folder.path): `mvp ablate \(session) --over ...` "
          + "begins an ablation, --sessions names another folder" + place.suggestion(for: session))
    }
    return store
  }

  /// The one that is named, else the newest.
  private func existing() throws -> (RunStore, AblationRecord) {
    let store = try openStore()
    if let name { return (store, try store.ablation(named: name)) }
    guard let newest = try store.ablations().first else { throw none(in: store) }
    return (store, newest)
  }

  private func none(in store: RunStore) -> CommandFailure {
    CommandFailure(
      message:
        "session \(store.session) has no ablation: `mvp ablate \(session)\(place.words) --over KEY=VALUE,VALUE` makes one."
    )
  }

  /// The one that is named, else the only one with something left to be made, else the newest.
  private func unfinished() throws -> (RunStore, AblationRecord) {
    guard name == nil else { return try existing() }
    let store = try openStore()
    let all = try store.ablations()
    guard let newest = all.first else { throw none(in: store) }
    let open = try all.filter { try !store.table(of: $0).isEnded }
    guard open.count < 2 else {
      let ways = open.map { "--name \($0.name)" }.joined(separator: ", ")
      throw CommandFailure(
        message: "session \(store.session) has several ablations that are not finished: choose one with \(ways).",
        status: ExitStatus.usage.rawValue)
    }
    return (store, open.first ?? newest)
  }

  // MARK: what is done

  private func make(_ ablation: AblationRecord, in store: RunStore) throws {
    SignalWatch.shared.holdHangups()
    let before = try store.table(of: ablation)
    let reporter = AblationReporter(before, session: store.session, json: json)
    if !json {
      print(AblationText(table: before, session: store.session).headline)
      if before.doneCount > 0 { print("\(before.doneCount) of \(before.cellRuns.count) runs are done and stay") }
      StandardOutput.shared.flush()
    }
    let work = try AblationWork(ablation, in: store, report: reporter.report)
    let interruption = Interruption()
    SignalWatch.shared.watch(
      other: { _ in },
      end: { signal in if interruption.note(signal) { work.stop() } else { _exit(128 + signal) } })
    let end: AblationEnd
    do {
      end = try work.run()
    } catch {
      reporter.clear()
      throw error
    }
    reporter.clear()
    let table = try store.table(of: ablation)
    try tell(table, of: store)
    let goesOn = "`mvp ablate \(session)\(place.words) --resume --name \(ablation.name)` goes on."
    switch end {
    case .ended:
      guard !table.failures.isEmpty else { return }
      throw CommandFailure(
        message: "\(table.failures.count) of \(table.cellRuns.count) runs failed: "
          + AblationText(table: table, session: store.session).failures.joined(separator: "; ") + "; \(goesOn)")
    case .interrupted:
      throw CommandFailure(
        message: "interrupted; the run at work was checkpointed, \(goesOn)", status: 128 + interruption.value)
    case .stopped(let run): throw CommandFailure(message: "run \(run) was stopped by somebody; \(goesOn)")
    case .obstructed(let reason):
      throw CommandFailure(message: "\(reason); \(goesOn)", status: ExitStatus.environment.rawValue)
    }
  }

  private func tell(_ table: AblationTable, of store: RunStore) throws {
    if json { return try printJSON(AblationReport(table, session: store.session)) }
    AblationText(table: table, session: store.session).show()
  }

  private func checkedDraft() throws -> AblationDraft {
    do {
      return try AblationDraft(
        plan(), session: session, sessionsDirectory: place.folder, evaluations: ModelEvaluation.kinds,
        objection: ModelEvaluation.objection)
    } catch let problem as AblationPlan.Problem {
      throw CommandFailure(message: problem.description, status: ExitStatus.usage.rawValue)
    }
  }

  /// How often each cell is measured. A machine that others use has slow minutes: one after the other, the cells would
  /// get budgets that differ by those.
  private static let rounds = 5

  /// Measures what a step of each cell costs: all cells in turn, over and over, and the fastest round of each, since
  /// what else a machine does only makes a round longer.
  private func fit(_ draft: inout AblationDraft, _ seconds: Double) throws {
    let progress = ProgressLine(label: "ablate")
    var rounds: [[Double]] = []
    for round in 1...Self.rounds {
      let estimate = AblationEstimate(draft) { progress.show(note: "round \(round) of \(Self.rounds): \($0)") }
      let costs = estimate.cells.compactMap(\.stepSeconds)
      guard estimate.refused.isEmpty, costs.count == draft.cells.count else {
        progress.clear()
        throw CommandFailure(
          message: estimate.refused.first ?? "what a step costs cannot be measured here: leave out --seconds.",
          status: ExitStatus.missing.rawValue)
      }
      rounds.append(costs)
    }
    progress.clear()
    let fastest = rounds.dropFirst().reduce(rounds[0]) { zip($0, $1).map { min($0, $1) } }
    draft.fit(seconds: seconds, stepSeconds: fastest)
  }

  private func estimate(_ draft: AblationDraft) throws {
    let progress = ProgressLine(label: "ablate")
    let estimate = AblationEstimate(draft) { progress.show(note: $0) }
    progress.clear()
    let text = AblationEstimateText(estimate, plan: draft.plan)
    if json { try printJSON(text) } else { text.show() }
    guard estimate.refused.isEmpty else {
      throw CommandFailure(message: estimate.refused.joined(separator: " "), status: ExitStatus.missing.rawValue)
    }
  }
}
