import ArgumentParser
import Files
import Foundation
import RunEvents
import Sessions

/// A session that has runs.
struct StoredSession: ParsableArguments {
  @Argument(help: "Session.", completion: Candidates.sessionsWithRuns)
  var session: String

  @OptionGroup var place: SessionPlace

  func store() throws -> RunStore {
    let folder = sessionDirectory(of: session, in: place.folder)
    guard let store = try RunStore.existing(in: folder) else {
      throw CommandFailure(
        message:
          "session \(session) has no runs in \(place.folder.path): name another folder with --sessions"
          + place.suggestion(for: session))
    }
    return store
  }
}

struct RunsCompare: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare", abstract: "Show where two runs differ in their sessions, and what came of each.",
    discussion: """
      EXAMPLE
        mvp runs compare demo brisk-otter calm-fox
      """)

  @OptionGroup var stored: StoredSession
  @Argument(help: "Run.", completion: Candidates.runs) var left: String
  @Argument(help: "Another run of the session.", completion: Candidates.runs) var right: String
  @Flag(help: "Print one JSON object.") var json = false

  func run() throws {
    let comparison = try stored.store().comparison(left, right)
    if json { return try printJSON(comparison) }
    func table(_ title: String, _ rows: [RunComparison.Row]) {
      printTable([[title, left, right]] + rows.map { [$0.name, $0.left ?? "-", $0.right ?? "-"] })
    }
    if comparison.settings.isEmpty {
      print("their sessions are the same")
    } else {
      table("SETTING", comparison.settings)
    }
    print("")
    table("RESULT", comparison.results)
  }
}

struct RunsRename: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rename", abstract: "Give a run another name.",
    discussion: """
      EXAMPLE
        mvp runs rename demo brisk-otter clip-baseline
      """)

  @OptionGroup var stored: StoredSession
  @Argument(help: "Run.", completion: Candidates.runs) var name: String
  @Argument(help: "New name: letters, digits, - and _.") var new: String

  func run() throws { try stored.store().edit(name, .rename(to: new)) }
}

struct RunsTag: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tag", abstract: "Set the tags of a run; without tags, take them away.",
    discussion: """
      EXAMPLE
        mvp runs tag demo brisk-otter baseline clip
      """)

  @OptionGroup var stored: StoredSession
  @Argument(help: "Run.", completion: Candidates.runs) var name: String
  @Argument(help: "Tags.") var tags: [String] = []

  func run() throws { try stored.store().edit(name, .tag(tags)) }
}

struct RunsNote: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "note", abstract: "Set the note of a run; without text, take it away.",
    discussion: """
      EXAMPLE
        mvp runs note demo brisk-otter "warm-up too short"
      """)

  @OptionGroup var stored: StoredSession
  @Argument(help: "Run.", completion: Candidates.runs) var name: String
  @Argument(help: "Text.") var text: [String] = []

  func run() throws { try stored.store().edit(name, .note(text.joined(separator: " "))) }
}

struct RunsDelete: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "delete", abstract: "Delete runs with their metrics, events, results and checkpoints; asks first.",
    discussion: """
      EXAMPLE
        mvp runs delete demo brisk-otter --yes
        mvp runs delete demo brisk-otter calm-fox
      """)

  @OptionGroup var stored: StoredSession
  @Argument(help: "Runs.", completion: Candidates.runs) var names: [String]
  @Flag(help: "Do not ask.") var yes = false

  func run() throws {
    let store = try stored.store()
    var seen: Set<String> = []
    let names = names.filter { seen.insert($0).inserted }
    // Nothing is deleted where one of them was misspelt.
    for name in names where try store.run(named: name) == nil { throw store.notFound(name) }
    if !yes {
      guard isatty(STDIN_FILENO) == 1 else {
        throw CommandFailure(message: "nobody is there to be asked: confirm with --yes.", status: 2)
      }
      let what = names.count == 1 ? "run \(names[0])" : "\(names.count) runs (\(names.joined(separator: ", ")))"
      print("delete \(what) of session \(stored.session) with everything written? [y/N] ", terminator: "")
      StandardOutput.shared.flush()
      guard let answer = readLine(), ["y", "yes"].contains(answer.lowercased()) else {
        throw CommandFailure(message: "nothing was deleted.")
      }
    }
    var failed = false
    for name in names {
      do {
        try store.edit(name, .delete)
      } catch let error as RunStoreError where names.count > 1 {
        // A run that goes on keeps no other from being deleted.
        failed = true
        writeError("\(error)")
      }
    }
    if failed { throw ExitCode.failure }
  }
}
