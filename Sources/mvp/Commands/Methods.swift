import ArgumentParser
import TrainingBackend

struct Methods: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "List the methods of pre-training: what each reads, masks, predicts and compares, and what it needs.",
    discussion: """
      A method is what a session has where it says nothing else; each part has a key of its own: `objective.encoding`, `mask.kind`,
      `mask.masked`, `guidance.start`, `objective.head`, `objective.loss`, `objective.tokens`.

      EXAMPLE
        mvp methods
        mvp run demo --set objective.method=mae
      """)

  @Flag(help: "Print one JSON object.")
  var json = false

  func run() throws {
    let list = MethodList()
    if json { try printJSON(list) } else { printTable(list.rows) }
  }
}
