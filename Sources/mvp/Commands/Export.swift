import ArgumentParser
import Files
import Foundation
import Sessions

/// A form that a run is written in. The work of each stands in a file of its own.
enum ExportFormat: String, CaseIterable, ExpressibleByArgument {
  case csv, jsonl, tensorboard

  /// In the help of the command.
  var words: String {
    switch self {
    case .csv: "a row for each step, score, sample of the machine and event, for spreadsheets and data frames"
    case .jsonl: "the lines of `mvp run --headless --json`, and what the machine did"
    case .tensorboard: "an event file in the folder PATH, or PATH itself if it is named like one"
    }
  }

  static var help: String { allCases.map { "  \($0.rawValue): \($0.words)" }.joined(separator: "\n") }
}

struct Export: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Write a run for other tools.",
    discussion: """
      \(ExportFormat.help)

      EXAMPLE
        mvp export demo --to csv --output demo.csv
        mvp export demo/brisk-otter --to tensorboard --output logs/brisk-otter
        mvp export demo --to jsonl --output - | grep eval_result
      """)

  @Argument(
    help: ArgumentHelp("SESSION, whose newest run is meant, or SESSION/RUN.", valueName: "run"),
    completion: Candidates.sessionsOrRuns)
  var reference: String

  @Option(help: "Form: \(ExportFormat.allCases.map(\.rawValue).joined(separator: ", ")).", completion: formats)
  var to: ExportFormat

  @Option(help: "File or folder to write; - is standard output.", completion: .file(), transform: userPath)
  var output: String

  @OptionGroup var place: SessionPlace

  private static let formats = CompletionKind.list(ExportFormat.allCases.map(\.rawValue))

  func run() throws {
    let found = try RunFinder(place: place, takesNewest: true).find(session: reference, run: nil)
    let path = output == "-" ? "/dev/fd/\(STDOUT_FILENO)" : output
    switch to {
    case .csv: try CSVExport(found).write(to: path)
    case .jsonl: try JSONLinesExport(found).write(to: path)
    case .tensorboard: try TensorBoardExport(found).write(to: path)
    }
  }
}
