import Canvas
import Plotting

/// A pane with a line for each of some things, in columns. Where the pane is narrow, those of the greatest rank go.
struct TablePane {
  struct Column {
    var title: String
    var isNumber = false
    var rank = 0
    /// In which the text is cut.
    var most = 40
    /// Of a line of the table.
    var texts: [String]

    var width: Int { min(most, texts.reduce(displayWidth(title)) { max($0, displayWidth($1)) }) }
  }

  let context: ViewContext
  let title: [Span]
  var trailing: [Span] = []
  let columns: [Column]
  /// Of a line, in place of the usual one.
  var role: (Int) -> Role = { _ in .text }

  /// With its frame and the titles of its columns.
  static func rows(_ lines: Int) -> Int { lines + 3 }

  func draw(on canvas: inout Canvas) {
    context.pane(canvas.bounds, title: title, trailing: trailing, on: &canvas) { inside in
      var columns = columns
      func total() -> Int { columns.reduce(0) { $0 + $1.width + 2 } }
      while total() > inside.columns, let worst = columns.map(\.rank).max(), worst > 0 {
        columns.removeAll { $0.rank == worst }
      }
      var x = 1
      for column in columns where x < inside.columns {
        let width = min(column.width, inside.columns - x)
        inside.write(context.fit(column.title, width, column.isNumber ? .right : .left), x: x, y: 0, .dim)
        for (line, text) in column.texts.enumerated() where line + 1 < inside.rows {
          inside.write(context.fit(text, width, column.isNumber ? .right : .left), x: x, y: line + 1, role(line))
        }
        x += width + 2
      }
    }
  }
}
