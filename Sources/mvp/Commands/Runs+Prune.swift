import ArgumentParser
import Files
import Foundation
import Histories
import RunEvents
import Sessions
import TrainingBackend

struct RunsPrune: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "prune",
    abstract: "Remove checkpoints that need not stay; without --yes, say which and what that frees.",
    discussion: """
      Each run keeps what its session says (schedule.keep_checkpoints, keep_every, keep_best), or what is said here. Its curves and scores stay, and
      so does its newest checkpoint; a run that some process has in hand is left alone.

      EXAMPLE
        mvp runs prune --keep 1                    what would go, of all sessions
        mvp runs prune demo --keep 1 --best knn --yes
      """)

  @Argument(help: "Session; all sessions where it is not given.", completion: Candidates.sessionsWithRuns)
  var session: String?

  @Option(name: .customLong("run"), help: "Only this run.", completion: Candidates.runs) var only: String?
  @Option(help: "Newest checkpoints that stay, 1 or more.") var keep: Int?
  @Option(help: "Checkpoints of multiples of so many steps stay.") var every: Int?
  @Option(
    help: "The checkpoint that this evaluation scored best stays, or that of the least loss.",
    completion: .list(["loss"] + ModelEvaluation.kinds.map(\.kind)))
  var best: String?
  @Flag(help: "Remove them.") var yes = false
  @Flag(help: "Remove nothing, as without --yes.") var dryRun = false
  @Flag(help: "Print one JSON object a line and checkpoint.") var json = false
  @OptionGroup var place: SessionPlace

  func validate() throws {
    if keep ?? 1 < 1 || every ?? 1 < 1 { throw ValidationError("--keep and --every are 1 or more.") }
    if yes, dryRun { throw ValidationError("--yes removes and --dry-run does not: choose one.") }
    if only != nil, session == nil {
      throw ValidationError("--run belongs to a session: mvp runs prune SESSION --run NAME")
    }
  }

  func run() throws {
    var lines: [Line] = []
    var failed = false
    for store in try stores() {
      for record in try store.runs() where only == nil || record.name == only {
        guard !record.isActive else { continue }
        let surplus = store.surplusCheckpoints(of: record.name, try rule(record.name, store))
        guard !surplus.isEmpty else { continue }
        if yes {
          do { try store.removeCheckpoints(of: record.name, steps: surplus.map(\.step)) } catch {
            failed = true
            writeError("\(error)")
            continue
          }
        }
        lines += surplus.map {
          Line(session: store.session, run: record.name, step: $0.step, bytes: $0.bytes, removed: yes)
        }
      }
    }
    if json {
      for line in lines { try printJSON(line) }
    } else {
      show(lines)
    }
    if failed { throw ExitCode.failure }
  }

  private func stores() throws -> [RunStore] {
    guard let session else { return try place.foldersWithRuns.compactMap { try RunStore.existing(in: $0) } }
    let folder = sessionDirectory(of: session, in: place.folder)
    guard let store = try RunStore.existing(in: folder) else {
      throw CommandFailure(
        message: "session \(session) has no runs in \(place.folder.path): name another folder with --sessions"
          + place.suggestion(for: session))
    }
    if let only, try store.run(named: only) == nil { throw store.notFound(only) }
    return [store]
  }

  private func rule(_ run: String, _ store: RunStore) throws -> CheckpointRule {
    // What cannot be read of an earlier session keeps what is usual.
    var schedule = (try? store.settings(of: run).schedule) ?? ScheduleSettings()
    schedule.keepCheckpoints = keep ?? schedule.keepCheckpoints
    schedule.keepEvery = every ?? schedule.keepEvery
    schedule.keepBest = best ?? schedule.keepBest
    return CheckpointRule(schedule, run: run, in: store)
  }

  private func show(_ lines: [Line]) {
    guard !lines.isEmpty else { return print("no checkpoint need go") }
    printTable(
      [["SESSION", "RUN", "STEP", "SIZE"]]
        + lines.map { [$0.session, $0.run, String($0.step), bytesText($0.bytes)] })
    let sum = bytesText(lines.reduce(0) { $0 + $1.bytes })
    let what = "\(lines.count) checkpoint\(lines.count == 1 ? "" : "s"), \(sum)"
    print(yes ? "removed \(what)" : "would remove \(what): --yes does")
  }

  private struct Line: Encodable {
    let session: String
    let run: String
    let step: Int
    let bytes: Int
    let removed: Bool
  }
}
