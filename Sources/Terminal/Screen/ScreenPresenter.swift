import CNcurses
import Canvas

/// Brings canvases onto a screen: only cells that differ from the canvas before are put, in runs of one style.
package struct ScreenPresenter {
  private let unicode: Bool
  /// Of the terminal; a theme may use less.
  private let available: ColorLevel
  private var painter: StylePainter
  private var pairs: ColorPairs
  private var shown: Canvas?
  private var pictures = PictureLayer()

  package init(theme: Theme, capabilities: TerminalCapabilities, device: some ScreenDevice) {
    unicode = capabilities.unicode
    available = capabilities.color
    painter = StylePainter(theme: theme, level: capabilities.color, colors: device.colors)
    pairs = ColorPairs(limit: device.pairs)
  }

  /// Draws with another theme from the next canvas on.
  package mutating func use(_ theme: Theme) {
    painter = StylePainter(theme: theme, level: available, colors: painter.colors)
    pairs.removeAll()
    shown = nil
  }

  /// Forgets what is on the screen, so that the next canvas is put whole.
  package mutating func invalidate() {
    shown = nil
    pictures.invalidate()
  }

  /// Shows a canvas of the screen's size; what is beyond the screen is left out.
  package mutating func present(_ canvas: Canvas, on device: some ScreenDevice) {
    var canvas = canvas
    let screen = Rect(x: 0, y: 0, width: device.columns, height: device.rows)
    // A theme without colours has none in pixels either.
    let hasColors = painter.level != .mono
    canvas.blankBelowPictures { hasColors && $0.rect.intersection(screen) == $0.rect }
    if !put(canvas, on: device) {
      // All colour pairs are taken: this canvas gets their numbers.
      pairs.removeAll()
      shown = nil
      _ = put(canvas, on: device)
    }
    shown = canvas
    if device.refresh() { pictures.invalidate() }
    let bytes = pictures.update(to: canvas.pictures)
    if !bytes.isEmpty { device.sendPictures(bytes) }
  }

  /// False if the colour pairs did not suffice.
  private mutating func put(_ canvas: Canvas, on device: some ScreenDevice) -> Bool {
    let before = shown.flatMap { $0.width == canvas.width && $0.height == canvas.height ? $0 : nil }
    if before == nil { device.erase() }
    var complete = true
    for y in 0..<min(canvas.height, device.rows) {
      let changed = before.map { canvas.changes(since: $0, row: y) } ?? Array(0..<canvas.width)
      var run = Run()
      for x in changed where x < device.columns {
        let cell = canvas.cells[y * canvas.width + x]
        // The right half of a wide character goes with its left half.
        if cell.width == 0 { continue }
        var style = painter.drawn(cell.style)
        // What pads a text is no part of it.
        if cell.isBlank { style.attributes.remove(.underline) }
        if !run.reaches(x) || run.style != style {
          complete = flush(&run, y, device) && complete
          run = Run(start: x, style: style)
        }
        append(cell, to: &run, device)
      }
      complete = flush(&run, y, device) && complete
    }
    return complete
  }

  private struct Run {
    var start = -1
    var style = StylePainter.Drawn(foreground: -1, background: -1, attributes: [])
    var columns = 0
    var scalars: [UInt32] = []

    func reaches(_ x: Int) -> Bool { start >= 0 && start + columns == x }
  }

  private func append(_ cell: Cell, to run: inout Run, _ device: some ScreenDevice) {
    let width = Int(cell.width)
    run.columns += width
    let cell = painter.level == .mono ? shaded(cell) : cell
    guard let base = cell.base else { return }
    if cell.isASCII {
      run.scalars.append(base.value)
    } else if unicode, device.width(of: base) == width {
      cell.forEachScalar { run.scalars.append($0.value) }
    } else {
      // The screen would give it another width than the canvas did, and shift all that follows.
      run.scalars.append(contentsOf: repeatElement(63, count: width))
    }
  }

  /// Without colours, a cell of a picture is drawn by its brightness.
  private func shaded(_ cell: Cell) -> Cell {
    let upper = brightness(cell.style.foreground)
    let lower = cell.style.background.flatMap(brightness)
    guard upper != nil || lower != nil else { return cell }
    let mean: Int
    switch cell.base {
    case "▀", "▄": mean = ((upper ?? 0) + (lower ?? 0)) / 2
    case "█": mean = upper ?? 0
    case " ": mean = lower ?? 0
    default: return cell
    }
    let ramp: [String] = unicode ? [" ", "░", "▒", "▓", "█"] : [" ", ".", ":", "-", "=", "+", "*", "#", "%", "@"]
    return Cell(ramp[min(ramp.count - 1, mean * ramp.count / 256)], style: cell.style)
  }

  /// 0...255 by the weights of ITU-R BT.709; nil for a role.
  private func brightness(_ ink: Ink) -> Int? {
    guard case .rgb(let red, let green, let blue) = ink else { return nil }
    return (2126 * Int(red) + 7152 * Int(green) + 722 * Int(blue)) / 10000
  }

  private mutating func flush(_ run: inout Run, _ row: Int, _ device: some ScreenDevice) -> Bool {
    guard !run.scalars.isEmpty else { return true }
    defer { run = Run() }
    let style = run.style
    var pair = 0
    var complete = true
    if device.colors > 0, device.pairs > 1 {
      if let (number, isNew) = pairs.number(foreground: style.foreground, background: style.background) {
        if isNew { device.definePair(number, foreground: style.foreground, background: style.background) }
        pair = number
      } else {
        complete = false
      }
    }
    device.put(run.scalars, row: row, column: run.start, attributes: curses(style.attributes), pair: pair)
    return complete
  }

  private func curses(_ attributes: Style.Attributes) -> Int32 {
    var result = 0
    if attributes.contains(.bold) { result |= CN_BOLD.number }
    if attributes.contains(.dim) { result |= CN_DIM.number }
    if attributes.contains(.underline) { result |= CN_UNDERLINE.number }
    if attributes.contains(.reverse) { result |= CN_REVERSE.number }
    return Int32(result)
  }
}
