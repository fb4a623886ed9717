import Foundation
import Interchange
import RunEvents
import Sessions
import Terminal
import TrainingBackend
import Workbench

/// A session that is taken is written so that it reads as the same again. Lines that begin with `--set ` are overrides.
func readSession(_ input: Data) {
  let text = String(decoding: input, as: UTF8.self)
  let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
  let overrides = lines.filter { $0.hasPrefix("--set ") }.map { String($0.dropFirst(6)) }
  let yaml = lines.filter { !$0.hasPrefix("--set ") }.joined(separator: "\n")
  let session: SessionFile
  do {
    session = try SessionFile(
      yaml: yaml, file: "session.yaml", overrides: overrides, evaluations: ModelEvaluation.kinds)
  } catch {
    return hold("\(error)".utf8.count < 20_000, "an error is a sentence")
  }
  let again = try? SessionFile(yaml: session.yaml, file: "again.yaml", evaluations: ModelEvaluation.kinds)
  hold(again == session, "a session reads as it was written")
  hold((try? SessionFile(yaml: session.json, file: "again.json")) == session, "and as JSON")
}

/// What a control socket receives, in pieces as it may come; a command that is taken reads as the same again.
func readCommands(_ input: Data) {
  var buffer = LineBuffer(limit: 1 << 16)
  var rest = input[...]
  while !rest.isEmpty {
    let piece = rest.prefix(1 + Int(rest.first ?? 0) % 97)
    rest = rest.dropFirst(piece.count)
    guard let lines = piece.withUnsafeBytes({ buffer.take($0) }) else { return }
    for line in lines {
      guard let command = try? RunCommandCoder.command(line: line) else { continue }
      let written = try? RunCommandCoder.line(command)
      hold(written.flatMap { try? RunCommandCoder.command(line: $0) } == command, "a command reads as it was written")
    }
  }
}

/// What a front end hears of a run that another process trains, and keeps.
func readEvents(_ input: Data) {
  for line in String(decoding: input, as: UTF8.self).split(separator: "\n") {
    guard let event = try? RunEventCoder.event(line: String(line)) else { continue }
    let written = try? RunEventCoder.line(event)
    hold(written.flatMap { try? RunEventCoder.event(line: $0) } != nil, "an event reads again")
  }
}

func readTheme(_ input: Data) {
  let text = String(decoding: input, as: UTF8.self)
  let library = ThemeLibrary(folders: [])
  do {
    _ = try Theme(yaml: text, file: "theme.yaml") { try library.theme(named: $0) }
  } catch {
    hold("\(error)".utf8.count < 20_000, "an error is a sentence")
  }
}

/// Preferences that are taken are written so that they read as the same again.
func readPreferences(_ input: Data) {
  guard let preferences = WorkbenchPreferences(input) else { return }
  hold(WorkbenchPreferences(preferences.data) == preferences, "preferences read as they were written")
}

/// A file of another program's numbers: what is taken has ascending steps from 1 on, and numbers by name.
func readImported(_ input: Data) {
  let runs: [ImportedRun]
  do { runs = try ImportedRun.read(input) } catch {
    return hold("\(error)".utf8.count < 20_000, "an error is a sentence")
  }
  for run in runs {
    hold(run.rows.first.map { $0.step > 0 } == true, "steps count from 1")
    hold(zip(run.rows, run.rows.dropFirst()).allSatisfy { $0.step < $1.step }, "steps ascend")
    hold(run.rows.allSatisfy { Set($0.values.keys).isSubset(of: run.keys) }, "every number has its key")
  }
}

/// What a server says before a file.
func readResponse(_ input: Data) {
  var rest = input
  while let head = try? ResponseHead.take(from: &rest) {
    hold(rest.count < input.count, "a head is taken off")
    hold((head.length ?? 0) >= 0 && (head.range.whole ?? 0) >= 0, "sizes are sizes")
    _ = (head.isPassing, head.isPage, head.validator)
  }
}
