import Canvas
import Plotting
import RunEvents

/// A picture of the preview set as the student sees it, and how close each patch's prediction comes to its target: the
/// dashboard's part of what ``MaskBoard`` shows.
struct MaskPane {
  let context: ViewContext

  private static let captionRows = 2
  /// Blank columns between the picture and the map of cosines.
  private static let gap = 2

  private var state: WorkbenchState { context.state }

  /// Columns that the pane of a dashboard takes, so that picture and map stand side by side where that leaves the curve
  /// its share.
  static func columns(rows: Int, of columns: Int, grid: [Int]) -> Int {
    let gridRows = max(1, grid.first ?? 8)
    let gridColumns = max(1, grid.last ?? 8)
    let height = max(1, rows - 2 - captionRows)
    let digits = max(1, min(4, 2 * max(1, height / gridRows) - 1))
    let picture = PictureSize(grid: (gridRows, gridColumns), in: (columns, height))
    let wanted = picture.width + gap + gridColumns * digits + 2
    return max(28, min(wanted, columns * 9 / 20))
  }

  func draw(on canvas: inout Canvas) {
    context.pane(canvas.bounds, title: title, trailing: trailing, of: .dashboard(.mask), on: &canvas) { inside in
      guard let preview = state.mask.preview, preview.problem == nil, let picture = PreviewPicture(preview) else {
        context.explainWrapped(absence, on: &inside)
        return
      }
      let captions = inside.rows >= 7 ? Self.captionRows : 0
      let digits = inside.within(Rect(x: 0, y: 0, width: inside.columns, height: inside.rows - captions)) {
        classes == nil ? drawViews(of: picture, on: &$0) : drawClasses(of: picture, on: &$0)
      }
      guard captions > 0 else { return }
      let count = max(state.run?.previewCount ?? 1, 1)
      let place = "\(preview.index &+ 1)/\(count) " + (isOld ? "step \(preview.step) " : "")
      let end = inside.write(place, x: 1, y: inside.rows - 2, .dim)
      inside.write(context.fit(sanitised(preview.name), inside.columns - end - 1), x: end, y: inside.rows - 2)
      if let classes {
        inside.write(classes.words(inside.columns - 2), x: 1, y: inside.rows - 1, .dim)
      } else {
        inside.write(legend(digits: digits), x: 1, y: inside.rows - 1)
      }
    }
  }

  /// An ended run's snapshot from before its end, which would be taken for its last.
  private var isOld: Bool { !state.isLive && state.mask.preview?.step != state.step }

  private var absence: [String] {
    guard let preview = state.mask.preview else { return context.noPicture }
    guard let problem = preview.problem else { return ["picture cannot be shown"] }
    let count = max(state.run?.previewCount ?? 1, 1)
    return ["picture \(preview.index &+ 1)/\(count)"]
      + context.broken(name: sanitised(preview.name), reason: problem)
  }

  private var title: [Span] {
    guard let preview = state.mask.preview, preview.problem == nil else { return [Span("mask", .title, .bold)] }
    if classes != nil { return [Span("prediction", .title, .bold)] }
    let masked = preview.mask.count { $0 }
    return [Span("mask ", .title, .bold), Span("\(masked)/\(preview.mask.count)")]
  }

  private var trailing: [Span] {
    guard let preview = state.mask.preview else { return [] }
    if let share = preview.classes?.share { return [Span("cells ", .dim), Span(scoreText(share), .accent, .bold)] }
    let cosines = zip(preview.cosine, preview.mask).filter { $0.1 && $0.0.isFinite }.map { Double($0.0) }
    guard !cosines.isEmpty else { return [Span("step \(preview.step)", .dim)] }
    let mean = cosines.reduce(0, +) / Double(cosines.count)
    return [Span("cos ", .dim), Span(shortCosineText(mean), .accent, .bold)]
  }

  private func legend(digits: Int) -> [Span] {
    var spans: [Span] = []
    if state.mask.view != .picture {
      spans = [Span(painter.maskedGlyph, .masked, .bold), Span(" masked  ", .dim)]
    }
    if digits > 0 { spans += [Span(digits == 1 ? "9" : "98", .text, .bold)] }
    if digits > 0 { spans += [Span(digits == 1 ? " cosine .9" : " cosine .98", .dim)] }
    return spans.isEmpty ? [Span("without its mask", .dim)] : spans
  }

  private var painter: PatchPainter {
    PatchPainter(glyphs: context.glyphs, showsColors: state.options.showsPictureColors)
  }

  /// Where the model tells classes of pixels.
  private var classes: ClassPainter? {
    state.mask.preview.flatMap { ClassPainter($0, showsColors: state.options.showsPictureColors) }
  }

  /// The picture, and beside it the classes that the model tells. Returns 0: there are no digits.
  private func drawClasses(of picture: PreviewPicture, on canvas: inout Canvas) -> Int {
    let grid = (picture.gridRows, picture.gridColumns)
    let side = PictureSize(grid: grid, in: ((canvas.columns - Self.gap) / 2, canvas.rows))
    canvas.within(canvas.bounds.centered(width: 2 * side.width + Self.gap, height: side.height)) { canvas in
      canvas.within(Rect(x: 0, y: 0, width: side.width, height: side.height)) {
        painter.drawPicture(picture, content: .picture, on: &$0)
      }
      canvas.within(Rect(x: side.width + Self.gap, y: 0, width: side.width, height: side.height)) {
        classes?.draw(truth: false, on: &$0)
      }
    }
    return 0
  }

  /// Returns the digits that a cosine is drawn with; 0 where there is no map.
  private func drawViews(of picture: PreviewPicture, on canvas: inout Canvas) -> Int {
    switch state.mask.view {
    case .cosine: drawMap(of: picture, on: &canvas)
    case .pictureAndMask: drawPicture(picture, content: .pictureAndMask, on: &canvas)
    case .mask: drawPicture(picture, content: .mask, on: &canvas)
    case .picture: drawPicture(picture, content: .picture, on: &canvas)
    }
  }

  private func drawMap(of picture: PreviewPicture, on canvas: inout Canvas) -> Int {
    guard let map = PatchGrid(picture, rows: canvas.rows, columns: canvas.columns) else { return 0 }
    let patchRows = max(1, canvas.rows / map.rows)
    let patchColumns = max(1, min(canvas.columns / map.columns, max(3, 2 * patchRows), 8))
    let rect = canvas.bounds.centered(width: patchColumns * map.columns, height: patchRows * map.rows)
    return canvas.within(rect) {
      painter.drawCosines(map, patchColumns: patchColumns, patchRows: patchRows, hasShades: true, on: &$0)
    }
  }

  private func drawPicture(
    _ picture: PreviewPicture, content: PatchPainter.Content, on canvas: inout Canvas
  ) -> Int {
    let side = pictureSize(rows: picture.gridRows, columns: picture.gridColumns, on: canvas)
    let room = canvas.columns - side.width - Self.gap
    let map = content == .pictureAndMask ? PatchGrid(picture, rows: side.height, columns: room) : nil
    let patchColumns = map.map { min(4, room / $0.columns) } ?? 0
    let width = side.width + (map.map { Self.gap + patchColumns * $0.columns } ?? 0)
    return canvas.within(canvas.bounds.centered(width: width, height: side.height)) { canvas in
      canvas.within(Rect(x: 0, y: 0, width: side.width, height: side.height)) {
        painter.drawPicture(picture, content: content, on: &$0)
      }
      guard let map else { return 0 }
      let rect = Rect(x: side.width + Self.gap, y: 0, width: patchColumns * map.columns, height: side.height)
      return canvas.within(rect) {
        painter.drawCosines(
          map, patchColumns: patchColumns, patchRows: side.height / map.rows, hasShades: false, on: &$0)
      }
    }
  }

  /// As large as leaves the map its columns.
  private func pictureSize(rows: Int, columns: Int, on canvas: Canvas) -> PictureSize {
    let besides = state.mask.view == .pictureAndMask ? Self.gap + columns : 0
    let room = canvas.columns - besides
    // Patches narrower than a cell: the picture is what counts.
    return PictureSize(grid: (rows, columns), in: (room >= columns ? room : canvas.columns, canvas.rows))
  }
}
