import ArgumentParser
import Files
import Foundation
import Plotting
import Reports
import RunEvents
import Sessions

struct Report: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Write what came of runs as one page, to be sent to others.",
    discussion: """
      The page needs nothing beside it and no network: curves, scores, masks and predictions, configuration and differences, what happened,
      the machine. It is light or dark as its reader's system is, and can be printed.

      EXAMPLE
        mvp report demo --output demo.html
        mvp report demo/brisk-otter demo/calm-fox --log --output two.html
        mvp report demo --ablation masks --output masks.html
        mvp report demo --markdown --output RESULTS.md
      """)

  @Argument(
    help: "SESSION, whose newest run is meant, or SESSION/RUN; several are overlaid.",
    completion: Candidates.sessionsOrRuns)
  var runs: [String]

  @Option(
    help: "The table of this ablation of the session; without a RUN, the runs of its first seed.",
    completion: Candidates.ablations)
  var ablation: String?

  @Option(help: "File to write; - is standard output.", completion: .file(), transform: userPath)
  var output: String

  @Flag(help: "Markdown in place of HTML, without pictures.")
  var markdown = false

  @Option(
    help: "Smoothing of curves: \(smoothings.joined(separator: ", ")), as the workbench has it.",
    completion: .list(smoothings))
  var smooth = CurveSmoothing.automatic.rawValue

  @Flag(help: "Logarithmic values, where they are above 0.")
  var log = false

  @Flag(help: "Logarithmic steps.")
  var logSteps = false

  @Option(help: "Heading; made of the runs if not given.")
  var title: String?

  @OptionGroup var place: SessionPlace

  private static let smoothings = CurveSmoothing.allCases.map(\.rawValue)

  func validate() throws {
    guard CurveSmoothing(rawValue: smooth) != nil else {
      throw ValidationError(
        "--smooth is \(smooth): choose \(Self.smoothings.joined(separator: ", "))\(meaning(of: smooth, among: Self.smoothings))"
      )
    }
    if runs.isEmpty { throw ValidationError("name a run: mvp report SESSION/RUN --output FILE") }
  }

  func run() throws {
    let finder = RunFinder(place: place, takesNewest: true)
    var found = try runs.map { try finder.find(session: $0, run: nil) }
    let table = try found.first.flatMap { try ablationTable(of: $0.store) }
    if let table, runs.count == 1, !runs[0].contains("/"), let store = found.first?.store {
      found = try runsOfFirstSeed(table, store)
    }
    let most = max(1, Self.mostPictures / max(1, found.count))
    let isOneSession = Set(found.map(\.session)).count == 1
    let reported = try found.map { found in
      try ReportedRun(found, name: isOneSession ? found.run.name : "\(found.session)/\(found.run.name)", pictures: most)
    }
    var report = Reports.Report(
      title: title ?? heading(found, table), runs: reported, ablation: table, maker: "mvp \(mvpVersion)")
    report.smoothing = CurveSmoothing(rawValue: smooth) ?? .automatic
    report.hasLogarithmicValues = log
    report.hasLogarithmicSteps = logSteps
    let file = try ExportFile(output == "-" ? "/dev/fd/\(STDOUT_FILENO)" : output)
    try file.append(markdown ? report.markdown : report.html)
    try file.commit()
  }

  /// Preview pictures of all runs together.
  private static let mostPictures = 6
  private static let mostRuns = 12

  private func ablationTable(of store: RunStore) throws -> AblationTable? {
    guard let ablation else { return nil }
    let all = try store.ablations()
    guard let record = all.first(where: { $0.name == ablation }) else {
      throw CommandFailure(
        message: "session \(store.session) has no ablation \(ablation)"
          + (all.isEmpty ? "; `mvp ablate \(store.session)` makes one." : meaning(of: ablation, among: all.map(\.name)))
      )
    }
    return try store.table(of: record)
  }

  private func runsOfFirstSeed(_ table: AblationTable, _ store: RunStore) throws -> [FoundRun] {
    let first = table.plan.seeds.first
    let names = table.cellRuns.filter { $0.seed == first }.compactMap(\.run).prefix(Self.mostRuns)
    return try names.compactMap { name in try store.run(named: name).map { FoundRun(store: store, run: $0) } }
  }

  private func heading(_ found: [FoundRun], _ table: AblationTable?) -> String {
    let session = found.first?.session ?? ""
    if let table { return "\(session): ablation \(table.name)" }
    if found.count == 1, let only = found.first { return "\(session)/\(only.run.name)" }
    return Set(found.map(\.session)).sorted().joined(separator: ", ") + ": \(found.count) runs"
  }
}

extension ReportedRun {
  /// - Parameter pictures: preview pictures that are shown of it.
  fileprivate init(_ found: FoundRun, name: String, pictures: Int) throws {
    let (store, run) = (found.store, found.run.name)
    let reference = RunReference(session: found.session, run: run)
    guard let history = try store.history(.run(reference)),
      let listing = try store.catalog(isDetailed: true).runs.first(where: { $0.name == run })
    else { throw store.notFound(run) }
    let description = try store.description(of: run)
    self.init(
      name: name, listing: listing, history: history, description: description,
      configuration: try store.settings(of: run).configuration, evals: try store.evals(of: run),
      looks: try store.chosenSnapshots(of: run, pictures: pictures, moments: Self.moments))
  }

  private static let moments = 6
}
