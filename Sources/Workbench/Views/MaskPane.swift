import Canvas
import Plotting
import RunEvents

/// A picture of the preview set as the student sees it, and how close each patch's prediction comes to its target.
struct MaskPane {
  let context: ViewContext
  var isFocused = false

  private static let captionRows = 2
  /// Blank columns between the picture and the map of cosines.
  private static let gap = 2

  private var state: WorkbenchState { context.state }

  /// Columns that the pane of a dashboard takes, so that picture and map stand side by side where that leaves the curve
  /// its share.
  static func columns(rows: Int, of columns: Int, grid: [Int]) -> Int {
    let gridRows = max(1, grid.first ?? 8)
    let gridColumns = max(1, grid.last ?? 8)
    let patchRows = max(1, (rows - 2 - captionRows) / gridRows)
    let digits = max(1, min(4, 2 * patchRows - 1))
    let wanted = gridColumns * patchRows * 2 + gap + gridColumns * digits + 2
    return max(28, min(wanted, columns * 9 / 20))
  }

  func draw(on canvas: inout Canvas) {
    context.pane(canvas.bounds, title: title, trailing: trailing, isFocused: isFocused, on: &canvas) { inside in
      guard let preview = state.preview, let picture = PreviewPicture(preview) else {
        let text = state.preview == nil ? "no picture yet" : "the picture cannot be shown"
        inside.write(context.fit(text, inside.columns, .center), x: 0, y: inside.rows / 2, .dim)
        return
      }
      let captions = inside.rows >= 7 ? Self.captionRows : 0
      inside.within(Rect(x: 0, y: 0, width: inside.columns, height: inside.rows - captions)) {
        drawViews(of: picture, on: &$0)
      }
      guard captions > 0 else { return }
      let count = max(state.run?.previewCount ?? 1, 1)
      let place = "\(preview.index + 1)/\(count) "
      let end = inside.write(place, x: 1, y: inside.rows - 2, .dim)
      inside.write(context.fit(sanitised(preview.name), inside.columns - end - 1), x: end, y: inside.rows - 2)
      inside.write(legend, x: 1, y: inside.rows - 1)
    }
  }

  private var title: [Span] {
    guard let preview = state.preview else { return [Span("mask", .title, .bold)] }
    let masked = preview.mask.count { $0 }
    return [Span("mask ", .title, .bold), Span("\(masked)/\(preview.mask.count)")]
  }

  private var trailing: [Span] {
    guard let preview = state.preview else { return [] }
    let cosines = zip(preview.cosine, preview.mask).filter { $0.1 && $0.0.isFinite }.map { Double($0.0) }
    guard !cosines.isEmpty else { return [Span("step \(preview.step)", .dim)] }
    let mean = cosines.reduce(0, +) / Double(cosines.count)
    return [Span("cos ", .dim), Span(shortCosineText(mean), .accent, .bold)]
  }

  private var legend: [Span] {
    let mark = PatchPainter(glyphs: context.glyphs, showsColors: state.options.showsPictureColors).maskedGlyph
    let masked = [Span(mark, .masked, .bold), Span(" masked  ", .dim)]
    let cosine = [Span("9", .text, .bold), Span(" cosine .9", .dim)]
    switch state.screen.maskView {
    case .pictureAndMask: return masked + cosine
    case .cosine: return [Span("[ ] masked  ", .dim), Span("81", .text, .bold), Span(" cosine .81", .dim)]
    case .mask: return masked
    case .picture: return [Span("without its mask", .dim)]
    }
  }

  private func drawViews(of picture: PreviewPicture, on canvas: inout Canvas) {
    let painter = PatchPainter(glyphs: context.glyphs, showsColors: state.options.showsPictureColors)
    let rows = picture.gridRows
    let columns = picture.gridColumns
    switch state.screen.maskView {
    case .cosine:
      let patchRows = max(1, canvas.rows / rows)
      let patchColumns = max(1, min(canvas.columns / columns, max(3, 2 * patchRows), 8))
      let rect = canvas.bounds.centered(width: patchColumns * columns, height: patchRows * rows)
      canvas.within(rect) {
        painter.drawCosines(picture, patchColumns: patchColumns, patchRows: patchRows, on: &$0)
      }
    case .pictureAndMask, .mask, .picture:
      let content: PatchPainter.Content =
        switch state.screen.maskView {
        case .mask: .mask
        case .picture: .picture
        default: .pictureAndMask
        }
      let side = pictureSize(rows: rows, columns: columns, on: canvas)
      let digits = (canvas.columns - side.width - Self.gap) / columns
      let isMapBeside = content == .pictureAndMask && digits >= 1 && side.height % rows == 0
      let patchColumns = min(digits, 4)
      let width = side.width + (isMapBeside ? Self.gap + patchColumns * columns : 0)
      let rect = canvas.bounds.centered(width: width, height: side.height)
      canvas.within(rect) { canvas in
        canvas.within(Rect(x: 0, y: 0, width: side.width, height: side.height)) {
          painter.drawPicture(picture, content: content, on: &$0)
        }
        guard isMapBeside else { return }
        let map = Rect(x: side.width + Self.gap, y: 0, width: patchColumns * columns, height: side.height)
        canvas.within(map) {
          painter.drawCosines(picture, patchColumns: patchColumns, patchRows: side.height / rows, on: &$0)
        }
      }
    }
  }

  /// Cells of a picture whose patches are whole cells where that fits, twice as many columns as rows a patch.
  private func pictureSize(rows: Int, columns: Int, on canvas: Canvas) -> (width: Int, height: Int) {
    let besides = state.screen.maskView == .pictureAndMask ? Self.gap + columns : 0
    for patchRows in stride(from: canvas.rows / rows, to: 0, by: -1) {
      let width = columns * patchRows * 2
      if width + besides <= canvas.columns { return (width, patchRows * rows) }
    }
    if rows <= canvas.rows, columns * 2 <= canvas.columns { return (columns * 2, rows) }
    // Patches are smaller than cells: the picture is what counts.
    let height = max(1, min(canvas.rows, canvas.columns * rows / (2 * columns)))
    return (min(canvas.columns, max(1, height * 2 * columns / rows)), height)
  }
}
