import Canvas
import Foundation
import Histories
import Measures
import Plotting
import RunEvents

/// One panel of the mask view in its frame.
struct MaskTile {
  let context: ViewContext
  let panel: MaskPanel
  let isFocused: Bool

  var state: WorkbenchState { context.state }
  private var inspection: PatchInspection? { state.mask.shownInspection }

  var painter: PatchPainter {
    PatchPainter(glyphs: context.glyphs, showsColors: state.options.showsPictureColors)
  }

  func draw(on canvas: inout Canvas) {
    let (words, trailing) = heading(columns: canvas.columns)
    let title = [Span(words, isFocused ? .accent : titleRole, .bold)]
    context.pane(canvas.bounds, title: title, trailing: trailing, isFocused: isFocused, of: .mask(panel), on: &canvas) {
      inside in
      guard let preview = state.mask.shownPreview, preview.problem == nil, let picture = PreviewPicture(preview) else {
        context.explainWrapped(absence, on: &inside)
        return
      }
      if let isDrawn = drawWide(preview, on: &inside) {
        if !isDrawn { context.explainWrapped(absence, on: &inside) }
        return
      }
      let size = PictureSize(
        grid: (picture.gridRows, picture.gridColumns), in: (inside.bounds.width, inside.bounds.height))
      let rect = inside.bounds.centered(width: size.width, height: size.height)
      let isDrawn = inside.within(rect) {
        guard draw(picture, preview, on: &$0) else { return false }
        if let patch = state.mask.patch, panel == .picture || panel == .prediction || panel.isDescribed {
          painter.mark(patch, rows: picture.gridRows, columns: picture.gridColumns, on: &$0)
        }
        return true
      }
      if !isDrawn { context.explainWrapped(absence, on: &inside) }
    }
    drawMoment(on: &canvas)
  }

  /// The title, as long as there is room for, and what stands right of it; which gives way where only the shortest fits
  /// beside it.
  private func heading(columns: Int) -> (title: String, trailing: [Span]) {
    let trailing = trailing
    let choice = MaskTitles(state, panel)
    guard let titles = choice.titles, let shortest = titles.last else { return (title, trailing) }
    // Two corners, a blank on each side and around the rest, and the sign of the panel that has the keys.
    let room = columns - 6
    let rest = trailing.reduce(0) { $0 + displayWidth($1.text) + 3 }
    let beside = titles.first { displayWidth($0) + rest <= room } ?? shortest
    if choice.giveWay || beside != shortest { return (beside, trailing) }
    let title = titles.first { displayWidth($0) <= room } ?? shortest
    return (title, displayWidth(title) + rest <= room ? trailing : [])
  }

  /// `CLIP sees`, or what is like the marked patch for it: `CLIP like 3,5`.
  private var title: String {
    guard let patch = state.mask.patch else { return panel.title }
    switch panel {
    case .student: return "student like " + patch.text
    case .teacher(let name): return guidanceName(name) + " like " + patch.text
    default: return panel.title
    }
  }

  /// What the panel shows: which picture, after which step, in the lower edge of the frame as far as there is room.
  private func drawMoment(on canvas: inout Canvas) {
    guard let step = moment else { return }
    let count = max(1, state.run?.previewCount ?? 1)
    let texts = ["\(state.mask.index + 1)/\(count) step \(step)", "step \(step)", "\(step)"]
    guard canvas.rows >= 3, let text = texts.first(where: { displayWidth($0) + 4 <= canvas.columns }) else { return }
    canvas.write(" \(text) ", x: 1, y: canvas.rows - 1, .dim)
  }

  /// Step of what is drawn; nil where nothing is.
  private var moment: Int? {
    guard let preview = state.mask.shownPreview, preview.problem == nil else { return nil }
    switch panel {
    case .picture, .cosine, .truth, .told, .legend, .described, .targetSigns, .predictedSigns: return preview.step
    case .histogram: return preview.step
    // Their titles say it.
    case .change, .rival: return nil
    case .attention where attentionQuery != nil: return answer?.step
    default: return inspection.flatMap { $0.problem == nil ? $0.step : nil }
    }
  }

  /// Why there is nothing to draw, and what brings it.
  private var absence: [String] {
    let isOfPreview = panel == .picture || panel == .cosine || panel.isDescribed
    if let problem = state.mask.shownPreview?.problem ?? (isOfPreview ? nil : inspection?.problem) {
      let name = state.mask.shownPreview.map { sanitised($0.name) } ?? ""
      return context.broken(name: name, reason: problem)
    }
    if state.mask.patch != nil, inspection != nil, panel.isOfFeatures {
      return state.mask.snapshots.shown == nil
        ? ["no cosines of these patches:", "256 at most, and from a live run"]
        : ["snapshots keep no cosines:", "end shows the newest"]
    }
    if let lines = comparedAbsence { return lines }
    if panel == .attention, let problem = answer?.problem { return [sanitised(problem)] }
    if let preview = state.mask.shownPreview {
      if PreviewPicture(preview) == nil { return ["picture cannot be shown"] }
      return [state.isLive ? "computing" : "the run has ended, and kept no snapshot of this"]
    }
    // Another one is here: this one is on its way.
    return state.mask.preview != nil && state.isLive ? ["computing"] : context.noPicture
  }

  private var titleRole: Role {
    if case .teacher(let name) = panel { return context.role(guidance: name) }
    return .title
  }

  private var trailing: [Span] {
    switch panel {
    case .told:
      guard let share = state.mask.shownPreview?.classes?.share else { return [] }
      return [Span("cells " + scoreText(share), .dim)]
    case .picture:
      guard let preview = state.mask.shownPreview, preview.classes == nil else { return [] }
      return preview.mask.isEmpty ? [] : [Span("\(preview.mask.count { $0 })/\(preview.mask.count)", .dim)]
    case .cosine:
      guard let preview = state.mask.shownPreview, preview.guidance != state.watched.guidance else { return [] }
      return [Span("of \(guidanceName(preview.guidance))", .dim)]
    case .change: return most(state.mask.change)
    case .difference(let first, let second): return most(state.mask.difference(of: first, and: second))
    case .teacher(let name):
      return inspection?.guidance == name ? [Span("guides", .dim)] : []
    case .attention:
      guard let values = attention, let most = values.max(), most.isFinite
      else { return [] }
      let mean = values.reduce(0, +) / Float(values.count)
      return mean > 0 ? [Span(fixedText(Double(most / mean), decimals: 1) + "x", .dim)] : []
    default: return []
    }
  }

  /// False where there is nothing to draw yet.
  private func draw(_ picture: PreviewPicture, _ preview: MaskPreview, on canvas: inout Canvas) -> Bool {
    let rows = picture.gridRows
    let columns = picture.gridColumns
    let marked = PatchGrid(rows: rows, columns: columns, values: preview.mask.map { $0 ? 1.0 : 0 })
    switch panel {
    case .picture:
      painter.drawPicture(picture, content: content, on: &canvas)
      // The mask alone has no pixels of its own.
      if content != .mask, state.mask.patch == nil { lay(painter.pixels(of: picture, content: content), on: &canvas) }
      return true
    case .cosine: return drawLevels(preview.cosine, rows, columns, scale: 1, marked: marked, on: &canvas)
    case .loss:
      let values = inspection?.loss ?? []
      return drawLevels(values, rows, columns, scale: values.max() ?? 1, marked: marked, on: &canvas)
    case .attention:
      let values = attention ?? []
      let least = values.min() ?? 0
      return drawLevels(
        values.map { $0 - least }, rows, columns, scale: (values.max() ?? 1) - least, marked: nil, on: &canvas)
    case .frequency:
      return drawLevels(inspection?.maskFrequency ?? [], rows, columns, scale: 1, marked: nil, on: &canvas)
    case .difference(let first, let second):
      return drawSigned(state.mask.difference(of: first, and: second), rows, columns, on: &canvas)
    case .change: return drawSigned(state.mask.change, rows, columns, on: &canvas)
    case .described(let words):
      guard let shown = preview.showing(words).flatMap(PreviewPicture.init) else { return false }
      painter.drawPicture(shown, content: .picture, on: &canvas)
      if state.mask.patch == nil { lay(painter.pixels(of: shown, content: .picture), on: &canvas) }
      return true
    case .histogram, .rival, .legend: return false
    case .truth, .told:
      guard let classes = ClassPainter(preview, showsColors: painter.showsColors) else { return false }
      classes.draw(truth: panel == .truth, on: &canvas)
      return true
    case .targetSigns: return SignPainter(preview, glyphs: context.glyphs)?.draw(.target, on: &canvas) != nil
    case .predictedSigns: return SignPainter(preview, glyphs: context.glyphs)?.draw(.prediction, on: &canvas) != nil
    case .prediction: return drawColors(inspection?.prediction, on: &canvas)
    case .student:
      if let patch = state.mask.patch {
        return drawSimilar(to: patch, inspection?.studentSimilarity, rows, columns, on: &canvas)
      }
      return drawColors(inspection?.student, on: &canvas)
    case .teacher(let name):
      let teacher = inspection?.teachers.first { $0.name == name }
      if let patch = state.mask.patch {
        return drawSimilar(to: patch, teacher?.similarity, rows, columns, on: &canvas)
      }
      return drawColors(teacher?.components, on: &canvas)
    }
  }

  /// Of every patch; nil where there is none to show.
  private var attention: [Float]? {
    attentionQuery == nil ? inspection?.attention : answer?.patches
  }

  private var attentionQuery: AttentionQuery? { state.mask.attentionQuery(isLive: state.isLive) }

  /// What the engine says to that; nil while it is on its way.
  private var answer: PatchAttention? { attentionQuery.flatMap { state.mask.attended($0) } }

  private var content: PatchPainter.Content {
    switch state.mask.view {
    case .mask: .mask
    case .picture: .picture
    case .pictureAndMask, .cosine: .pictureAndMask
    }
  }

  private func drawLevels(
    _ values: [Float], _ rows: Int, _ columns: Int, scale: Float, marked: PatchGrid<Double>?, on canvas: inout Canvas
  ) -> Bool {
    let factor = scale > 0 && scale.isFinite ? 1 / Double(scale) : 1
    guard let grid = PatchGrid(rows: rows, columns: columns, values: values.map { Double($0) * factor }) else {
      return false
    }
    painter.drawLevels(grid, marked: marked, chosen: state.mask.patch, on: &canvas)
    return true
  }

  /// How like the marked patch every patch is, as cosines of features.
  private func drawSimilar(
    to patch: PatchPlace, _ bytes: Data?, _ rows: Int, _ columns: Int, on canvas: inout Canvas
  ) -> Bool {
    guard let inspection, let bytes, inspection.gridRows == rows, inspection.gridColumns == columns,
      patch.row < rows, patch.column < columns,
      let values = PatchSimilarity(bytes: Array(bytes))
        .cosines(of: patch.row * columns + patch.column, patches: rows * columns)
    else { return false }
    return drawLevels(values, rows, columns, scale: 1, marked: nil, on: &canvas)
  }

  private func drawColors(_ bytes: Data?, on canvas: inout Canvas) -> Bool {
    guard let inspection, let bytes,
      let grid = PatchGrid<PreviewPicture.Color>(
        rows: inspection.gridRows, columns: inspection.gridColumns, bytes: bytes)
    else { return false }
    painter.drawColors(grid, on: &canvas)
    if state.mask.patch == nil { lay(painter.pixels(of: grid), on: &canvas) }
    return true
  }

  /// In pixels too, but for a patch that is marked in cells.
  private func lay(_ pixels: @autoclosure () -> Picture?, on canvas: inout Canvas) {
    guard context.showsPixels, let picture = pixels() else { return }
    canvas.lay(picture, over: canvas.bounds)
  }
}
