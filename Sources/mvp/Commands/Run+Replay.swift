import ArgumentParser
import Foundation
import RunEvents
import Sessions
import TrainingBackend

extension Run {
  /// Makes a kept step again and says where the first value appears that is not finite. Ends with
  /// ``ExitStatus/notFinite`` where one does.
  func makeAgain(_ wanted: String) throws {
    var step = StepReplay(folder: try keptStep(wanted))
    step.overrides = given.overrides + engineOverrides
    let report = try step.run()
    if json { try printJSON(report) } else { show(report) }
    if !report.isFinite { throw ExitCode(ExitStatus.notFinite.rawValue) }
  }

  private func show(_ report: StepReplay.Report) {
    let seen = report.examination
    let value = { (number: Double?) in number.map { $0.isFinite ? "\($0)" : $0.isNaN ? "nan" : "inf" } ?? "not reached"
    }
    print(
      """
      step \(report.step) of \(report.session) / \(report.run) under \(report.guidance), \(report.pictures) pictures, from \(report.folder)
      in the run: \(report.quantity) \(report.value)
      again:      loss \(value(seen.loss)), gradient norm \(value(seen.gradientNorm))
      """)
    printTable(rows(seen))
    if let first = seen.first {
      print("the first that is not finite: \(words(first))")
    } else if !seen.isFinite {
      print("the first that is not finite: the norm of gradients that are finite")
    } else {
      print("every value is finite here: the step of the run was made with other values, kernels or pictures")
    }
  }

  /// A line for each part that is finite, and one for each stage that is not.
  private func rows(_ seen: StepReplay.Examination) -> [[String]] {
    var rows: [[String]] = []
    var start = 0
    while start < seen.stages.count {
      let stage = seen.stages[start]
      let end =
        seen.stages[start...].firstIndex { $0.part != stage.part || $0.batch != stage.batch } ?? seen.stages.count
      let part = seen.stages[start..<end]
      let name = stage.part + (stage.batch.map { $0 > 0 ? " (batch \($0 + 1))" : "" } ?? "")
      let broken = part.filter { $0.notFinite != nil }
      if broken.isEmpty {
        let last = part.count > 1 ? "\(stage.name) to \(part.last?.name ?? "")" : stage.name
        rows.append([name, "finite", last])
      } else {
        // Whatever follows is so because of these.
        for stage in broken.prefix(Self.mostRows) {
          rows.append([name, "NOT FINITE", "\(stage.name)  \(stage.notFinite.map(\.description) ?? "")".trimmed])
        }
        if broken.count > Self.mostRows {
          rows.append([name, "NOT FINITE", "and \(broken.count - Self.mostRows) more"])
        }
      }
      start = end
    }
    return rows
  }

  private static var mostRows: Int { 8 }

  private func words(_ stage: StepReplay.Examination.Stage) -> String {
    let place = [stage.part, stage.name].filter { !$0.isEmpty }.joined(separator: ", ")
    return "\(place): \(stage.notFinite.map(\.description) ?? "")" + (stage.picture.map { ", of \($0)" } ?? "")
  }

  /// The folder that is meant: itself, one below it, or the newest of a run.
  private func keptStep(_ wanted: String) throws -> URL {
    let folder = URL(fileURLWithPath: wanted, isDirectory: true)
    if StepReplay.isKept(in: folder) { return folder }
    if let newest = StepReplay.newest(below: folder) { return newest }
    var isDirectory: ObjCBool = false
    if wanted.contains("/"), FileManager.default.fileExists(atPath: folder.path, isDirectory: &isDirectory) {
      throw CommandFailure(
        message:
          "\(folder.path) is no step that a run has kept: it has no step.json. Name a folder below SESSIONS/NAME/not-finite, "
          + "or a run.")
    }
    let found =
      session.isEmpty
      ? try RunFinder(place: place).find(session: wanted, run: nil)
      : try RunFinder(place: place).find(session: session, run: wanted)
    let kept = found.store.notFiniteFolder(found.run.name)
    guard let newest = StepReplay.newest(below: kept) else {
      throw CommandFailure(
        message:
          "run \(found.run.name) of session \(found.session) has kept no step that was not finite (in \(kept.path)).")
    }
    return newest
  }
}

extension String {
  fileprivate var trimmed: String { trimmingCharacters(in: .whitespaces) }
}
