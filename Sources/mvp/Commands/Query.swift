import ArgumentParser
import Canvas
import Files
import Foundation
import Interchange
import Sessions

struct Query: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Ask the run stores of all sessions by SQL; nothing is changed.",
    discussion: """
      Tables have a column `session`, and `run` is a name: JOIN runs USING (session, run). --schema lists them.

      EXAMPLE
        mvp query "SELECT session, run, last_step, last_loss FROM runs ORDER BY updated DESC LIMIT 5"
        mvp query "SELECT run, kind, max(score) FROM evals GROUP BY run, kind" demo --csv
        mvp query "SELECT run, min(loss) FROM metrics GROUP BY run" --json
        mvp query --schema
      """)

  @Argument(
    help: ArgumentHelp("A SELECT, and sessions to read; all sessions if none is named.", valueName: "select> <session"))
  var words: [String] = []

  @Flag(help: "Print one JSON object a line and row.")
  var json = false

  @Flag(help: "Print comma-separated values, names first.")
  var csv = false

  @Flag(help: "List tables and columns.")
  var schema = false

  @OptionGroup var place: SessionPlace

  func validate() throws {
    if json, csv { throw ValidationError("--json and --csv are two forms: choose one.") }
    if !schema, words.isEmpty {
      throw ValidationError("a SELECT is missing: mvp query \"SELECT run, last_loss FROM runs\"")
    }
  }

  func run() throws {
    let query = try StoreQuery(folders: folders(named: schema ? words : Array(words.dropFirst())))
    for problem in query.problems { writeError(problem) }
    if schema { return try show(query.tables) }
    do {
      try answer(words.first ?? "", query)
    } catch let error as QueryError {
      throw CommandFailure(message: error.description, status: error.isMistaken ? 2 : 1)
    }
    if !query.problems.isEmpty { throw ExitCode.failure }
  }

  private func folders(named names: [String]) throws -> [URL] {
    let all = place.foldersWithRuns.filter {
      FileManager.default.fileExists(atPath: $0.appendingPathComponent("runs.sqlite").path)
    }
    guard !names.isEmpty else { return all }
    return try names.map { name in
      let folder = sessionDirectory(of: name, in: place.folder)
      guard let found = all.first(where: { $0.lastPathComponent == folder.lastPathComponent }) else {
        throw CommandFailure(
          message: "session \(name) has no runs in \(place.folder.path): name another folder with --sessions"
            + place.suggestion(for: name))
      }
      return found
    }
  }

  private func answer(_ sql: String, _ query: StoreQuery) throws {
    var names: [String] = []
    var rows: [[String]] = []
    try query.select(sql) { columns in
      names = distinct(columns)
      if csv { printCSV(names) }
      rows = [columns.map { $0.uppercased() }]
    } row: { values in
      // Nobody reads any more, or the disk is full: the end of the program says so.
      if StandardOutput.shared.isGone { throw ExitCode.success }
      if json {
        try printJSON(Dictionary(zip(names, values)) { first, _ in first })
      } else if csv {
        printCSV(values.map(\.text))
      } else {
        rows.append(values.map(cell))
      }
    }
    if json || csv { return }
    if rows.count == 1 { writeError("no rows", prefix: false) }
    printTable(rows)
  }

  /// Two columns may have one name; an object has a name once.
  private func distinct(_ names: [String]) -> [String] {
    var seen: [String: Int] = [:]
    return names.map { name in
      seen[name, default: 0] += 1
      return seen[name, default: 1] == 1 ? name : "\(name)_\(seen[name, default: 1])"
    }
  }

  private func cell(_ value: QueryValue) -> String {
    switch value {
    case .null: "-"
    case .blob(let data): "\(data.count) bytes"
    default: value.text
    }
  }

  private func show(_ tables: [StoreQuery.Table]) throws {
    if json || csv {
      if csv { printCSV(["table", "column", "words"]) }
      for table in tables {
        for column in table.columns {
          if csv { printCSV([table.name, column.name, column.words]) }
          if json { try printJSON(["table": table.name, "column": column.name, "words": column.words]) }
        }
      }
      return
    }
    for (place, table) in tables.enumerated() {
      print((place > 0 ? "\n" : "") + "\(table.name): \(table.words)")
      printTable(table.columns.map { ["  " + $0.name, $0.words] })
    }
  }
}

/// A line of comma-separated values. A terminal gets no character that it would obey.
func printCSV(_ fields: [String]) {
  let isTerminal = isatty(STDOUT_FILENO) == 1
  StandardOutput.shared.write(csvLine(isTerminal ? fields.map(sanitised) : fields))
}
