import Canvas
import Plotting
import RunEvents

/// Draws the classes of a picture's cells.
struct ClassPainter {
  let letters: ClassLetters
  let showsColors: Bool
  let rows: Int
  let columns: Int

  /// nil where counts do not belong together.
  init?(_ preview: MaskPreview, showsColors: Bool) {
    let cells = preview.gridRows * preview.gridColumns
    guard let maps = preview.classes, cells > 0, maps.truth.count == cells, maps.prediction.count == cells else {
      return nil
    }
    letters = ClassLetters(maps)
    self.showsColors = showsColors
    rows = preview.gridRows
    columns = preview.gridColumns
  }

  /// Fills the region with cells: the sign of the class in each; a cell that is told wrong is turned around.
  func draw(truth isTruth: Bool, on canvas: inout Canvas) {
    let shown = isTruth ? letters.maps.truth : letters.maps.prediction
    for y in 0..<canvas.rows {
      for x in 0..<canvas.columns {
        let cell = y * rows / canvas.rows * columns + x * columns / canvas.columns
        let number = shown[shown.startIndex + cell]
        let known = letters.maps.truth[letters.maps.truth.startIndex + cell]
        var style = style(of: number)
        if !isTruth, known != number, known != ClassMaps.unknown {
          style.attributes.insert(showsColors ? [.bold, .underline] : .reverse)
        }
        canvas.write(letters.sign(number), x: x, y: y, style: style)
      }
    }
  }

  func style(of number: UInt8) -> Style {
    guard showsColors else { return number == 0 ? Style(.dim) : Style(.text) }
    let color = letters.color(number)
    return Style(
      foreground: color.luminance > 0.5 ? .rgb(0, 0, 0) : .rgb(255, 255, 255),
      background: .rgb(color.red, color.green, color.blue))
  }

  /// Sign, name and cells of every class that is there: in truth, and as they are told.
  func drawLegend(on canvas: inout Canvas) {
    let counts = letters.counts
    canvas.write("truth  told", x: canvas.columns - 12, y: 0, .dim)
    for (place, line) in counts.prefix(max(canvas.rows - 1, 0)).enumerated() {
      let isCut = place == canvas.rows - 2 && counts.count > canvas.rows - 1
      guard !isCut else {
        canvas.write("\(counts.count - place) more", x: 1, y: place + 1, .dim)
        break
      }
      canvas.write(letters.sign(line.number), x: 1, y: place + 1, style: style(of: line.number))
      let room = max(canvas.columns - 16, 4)
      canvas.write(fitted(letters.name(line.number), room), x: 3, y: place + 1)
      canvas.write(
        fitted("\(line.truth)", 5, alignment: .right) + fitted("\(line.told)", 6, alignment: .right),
        x: canvas.columns - 12, y: place + 1)
    }
  }

  /// `d cross, a background, k ring, +2`: the classes that are there with their signs, as many as there is room for,
  /// and how many there was none for. What the picture shows comes first, and what it is wrongly taken for last.
  func words(_ room: Int) -> String {
    let counts = letters.counts.sorted { left, right in
      (Self.rank(left), -max(left.truth, left.told), left.number)
        < (Self.rank(right), -max(right.truth, right.told), right.number)
    }
    var text = ""
    for (place, line) in counts.enumerated() {
      let next = (text.isEmpty ? "" : ", ") + letters.sign(line.number) + " " + letters.name(line.number)
      let left = counts.count - place - 1
      guard text.isEmpty || displayWidth(text + next + more(left)) <= room else { return text + more(left + 1) }
      text += next
    }
    return text
  }

  private func more(_ count: Int) -> String { count > 0 ? ", +\(count)" : "" }

  /// The first class is the background where there is one.
  private static func rank(_ line: (number: UInt8, truth: Int, told: Int)) -> Int {
    line.truth == 0 ? 2 : line.number == 0 ? 1 : 0
  }
}
