import ArgumentParser
import Foundation
import Sessions

struct RunsRecover: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "recover", abstract: "Rebuild a lost or damaged run store from the checkpoints.",
    discussion: """
      A store that is damaged is moved aside, never overwritten. Each run that has a whole checkpoint comes back with its settings, switches,
      changes, evaluations and some of its steps, as its newest checkpoint knows them, and goes on with `mvp run SESSION --resume`.
      Ablations come back with their runs and go on with `mvp ablate SESSION --resume`.

      EXAMPLE
        mvp runs recover demo
      """)

  @Argument(help: "Session; all sessions where it is not given.", completion: Candidates.sessionsWithRuns)
  var session: String?

  @OptionGroup var place: SessionPlace

  @Flag(help: "Print one JSON object a line and session.")
  var json = false

  func run() throws {
    var failed = false
    for folder in try folders() {
      do {
        let report = try StoreRecovery(directory: folder).recover()
        if json { try printJSON(report) } else { show(report) }
      } catch let error as RunStoreError where session == nil {
        failed = true
        writeError("\(error)")
      }
    }
    if failed { throw ExitCode(1) }
  }

  private func show(_ report: StoreRecovery.Report) {
    if let moved = report.movedTo {
      print("\(report.session): the run store is damaged (\(report.damage ?? "")), it is kept as \(moved)")
    }
    for warning in report.warnings { writeError(warning) }
    for ablation in report.ablations { print("\(report.session): recovered ablation \(ablation)") }
    for run in report.runs {
      print(
        "\(report.session): recovered \(run.run) from the checkpoint of step \(run.step): \(run.steps) of its steps and \(run.evaluations) "
          + "evaluations are known")
    }
    if report.runs.isEmpty, report.ablations.isEmpty {
      print("\(report.session): its store has every run that has a whole checkpoint")
    }
  }

  private func folders() throws -> [URL] {
    if let session {
      let folder = sessionDirectory(of: session, in: place.folder)
      guard FileManager.default.fileExists(atPath: folder.path) else {
        throw CommandFailure(
          message:
            "there is no session \(folder.lastPathComponent) in \(place.folder.path)\(place.suggestion(for: session))")
      }
      return [folder]
    }
    let names = (try? FileManager.default.contentsOfDirectory(atPath: place.folder.path)) ?? []
    return names.sorted().map { place.folder.appendingPathComponent($0, isDirectory: true) }.filter {
      !StoreRecovery.runsWithCheckpoints(in: $0).isEmpty
        || FileManager.default.fileExists(atPath: $0.appendingPathComponent("runs.sqlite").path)
    }
  }
}
