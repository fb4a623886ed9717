import Canvas
import Plotting
import RunEvents

/// One picture of the preview set, seen in as many ways as there is room for.
struct MaskBoard {
  let context: ViewContext

  private var state: WorkbenchState { context.state }

  func draw(on canvas: inout Canvas) {
    let panels = state.mask.panels(state.run)
    let selected = state.mask.panelIndex(state.run)
    let area = Rect(x: 0, y: 0, width: canvas.columns, height: canvas.rows - MaskState.captionRows)
    let page = state.mask.page(state.run, columns: area.width, rows: area.height)
    canvas.within(area) { drawPanels(page, selected: panels[selected], on: &$0) }
    canvas.within(Rect(x: 0, y: area.height, width: canvas.columns, height: MaskState.captionRows)) {
      drawCaption(
        panels[selected], place: page.panels.count < panels.count ? "panel \(selected + 1)/\(panels.count) " : "",
        on: &$0)
    }
  }

  private func drawPanels(_ page: MaskPage, selected: MaskPanel, on canvas: inout Canvas) {
    let tiling = page.tiling
    for (place, panel) in page.panels.enumerated() {
      let column = place % tiling.columns
      // The last panel of a row takes what is left over.
      let isLast = column == tiling.columns - 1
      let x = column * tiling.width
      let rect = Rect(
        x: x, y: place / tiling.columns * tiling.height, width: isLast ? canvas.columns - x : tiling.width,
        height: tiling.height)
      canvas.within(rect) {
        MaskTile(context: context, panel: panel, isFocused: panel == selected).draw(on: &$0)
      }
    }
  }

  /// Which snapshot of the picture this is, where it is not the newest: `step 450, snapshot 12/33 `.
  private var snapshotText: String {
    let kept = state.mask.snapshots
    guard let place = kept.place, let snapshot = kept.shown else { return "" }
    return "step \(snapshot.step), snapshot \(place + 1)/\(kept.all.count) "
  }

  /// What is known of the marked patch: `patch 3,5 masked, cosine .59; student and teachers: cosines with it`.
  private var patchTexts: [String]? {
    guard let patch = state.mask.patch, let preview = state.mask.shownPreview,
      let picture = PreviewPicture(preview), patch.row < picture.gridRows, patch.column < picture.gridColumns
    else { return nil }
    if let classes = ClassPainter(preview, showsColors: false) {
      let cell = patch.row * picture.gridColumns + patch.column
      let (known, told) = (Array(classes.letters.maps.truth)[cell], Array(classes.letters.maps.prediction)[cell])
      return ["cell \(patch.text): \(classes.letters.name(known)), taken for \(classes.letters.name(told))"]
    }
    let mask = picture.isMasked(row: patch.row, column: patch.column) ? "masked" : "seen"
    let cosine = picture.cosine(row: patch.row, column: patch.column).map(shortCosineText) ?? "-"
    let text = "patch \(patch.text) \(mask), cosine \(cosine)"
    return [text + "; student and teachers: cosines with it", text]
  }

  /// What the marked panel shows, in a sentence and in fewer words.
  private func texts(_ panel: MaskPanel, room: Int) -> [String] {
    if patchTexts == nil, panel != .legend, let preview = state.mask.shownPreview,
      let classes = ClassPainter(preview, showsColors: false)
    {
      return [classes.words(room)]
    }
    if panel.isOfSigns, patchTexts == nil, let preview = state.mask.shownPreview,
      let signs = SignPainter(preview, glyphs: context.glyphs)
    {
      return [panel.help(nil) + ": " + signs.words(room), signs.words(room)]
    }
    if panel == .attention, let words = AttentionWords(state.mask, isLive: state.isLive) { return words.help }
    if MaskPanel.compared(teachers: [], hasRival: true).contains(panel) { return [panel.help(nil), panel.brief] }
    return (patchTexts ?? [panel.help(state.mask.shownInspection)]) + [panel.brief]
  }

  private func drawCaption(_ panel: MaskPanel, place: String, on canvas: inout Canvas) {
    let count = max(1, state.run?.previewCount ?? 1)
    var x = canvas.write("picture \(state.mask.index + 1)/\(count) ", x: 1, y: 0, .accent, .bold)
    x = canvas.write(place, x: x, y: 0, .accent)
    x = canvas.write(snapshotText, x: x, y: 0, .accent)
    if let rank = state.mask.order.rank(of: state.mask.index, among: count), let scores = state.mask.order.scores {
      x = canvas.write("\(rank) at \(scores.stepText) ", x: x, y: 0, .accent)
    }
    if let preview = state.mask.shownPreview {
      let name = sanitised(preview.name)
      let room = min(canvas.columns / 4, canvas.columns - x - displayWidth(panel.brief) - 3, displayWidth(name))
      x = canvas.write(context.fit(name, max(0, room)) + "  ", x: x, y: 0)
    }
    let room = max(0, canvas.columns - x - 1)
    let texts = texts(panel, room: room)
    canvas.write(context.fit(texts.first { displayWidth($0) <= room } ?? texts.last ?? "", room), x: x, y: 0, .dim)
  }
}
