import ArgumentParser
import Histories
import TrainingBackend

struct Masks: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Draw many masks and show how often each patch is masked.",
    discussion: """
      A patch that is never or always masked shows at once: the heat map has a blank or a black cell.

      EXAMPLE
        mvp masks --kind blockwise --grid 14x14 --masked 75 --count 3000
        mvp masks --kind random --grid 14x14 --masked 147 --json
        mvp masks --kind attention --grid 8x8 --masked 48
      """)

  @Option(
    help: "blockwise (BEiT), cyclic (blockwise, shifted around the edges), random (MAE), grid or attention (MILAN).",
    completion: .list(MaskReport.kinds))
  var kind = "blockwise"

  @Option(help: "Patches as ROWSxCOLUMNS.")
  var grid = Grid(rows: 14, columns: 14)

  @Option(help: "Masked patches of each mask; 40% of the grid, BEiT's share, where it is not given.")
  var masked: Int?

  @Option(help: "Masks to draw.")
  var count = 3000

  @Option(help: "Seed of the masks.")
  var seed: UInt64 = 0

  @Flag(help: "Print one JSON object: mean, min, max, frequency (rows of shares).")
  var json = false

  func validate() throws {
    guard count > 0 else { throw ValidationError("--count is \(count): give 1 or more.") }
  }

  func run() throws {
    let report = try MaskReport(
      kind: kind, rows: grid.rows, columns: grid.columns,
      masked: masked ?? MaskReport.usualCount(rows: grid.rows, columns: grid.columns), count: count, seed: seed)
    if json { return try printJSON(report) }
    print("\(report.count) \(report.kind) masks on \(grid.rows)x\(grid.columns) patches, seed \(report.seed)")
    if let attention = report.attention { print("by the attention of \(attention)") }
    print("masked patches: mean \(fixedText(report.mean, decimals: 2)), min \(report.min), max \(report.max)")
    print("how often each patch is masked (right: in hundredths)\n")
    print(report.heatMap)
  }
}

/// `14x14` on the command line.
struct Grid: ExpressibleByArgument {
  var rows: Int
  var columns: Int

  init(rows: Int, columns: Int) {
    self.rows = rows
    self.columns = columns
  }

  init?(argument: String) {
    let parts = argument.lowercased().split(separator: "x").map { Int($0) }
    guard parts.count == 2, let rows = parts[0], let columns = parts[1], rows > 0, columns > 0, rows <= 512,
      columns <= 512
    else { return nil }
    self.init(rows: rows, columns: columns)
  }

  var defaultValueDescription: String { "\(rows)x\(columns)" }
}
