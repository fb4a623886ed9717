import Canvas
import Plotting
import RunEvents

/// One picture of the preview set, seen in as many ways as there is room for.
struct MaskBoard {
  let context: ViewContext

  private static let captionRows = 1

  private var state: WorkbenchState { context.state }

  func draw(on canvas: inout Canvas) {
    let panels = state.mask.panels(state.run)
    let selected = state.mask.panelIndex(state.run)
    let area = Rect(x: 0, y: 0, width: canvas.columns, height: canvas.rows - Self.captionRows)
    let tiling =
      state.mask.isAlone
      ? MaskTiling(columns: 1, rows: 1, width: area.width, height: area.height)
      : MaskTiling(panels: panels.count, grid: grid, columns: area.width, rows: area.height)
    canvas.within(area) { drawPanels(panels, selected: selected, tiling, on: &$0) }
    canvas.within(Rect(x: 0, y: area.height, width: canvas.columns, height: Self.captionRows)) {
      drawCaption(
        panels[selected], place: tiling.count < panels.count ? "panel \(selected + 1)/\(panels.count) " : "", on: &$0)
    }
  }

  private func drawPanels(_ panels: [MaskPanel], selected: Int, _ tiling: MaskTiling, on canvas: inout Canvas) {
    let page = selected / tiling.count
    let shown = Array(panels.enumerated().dropFirst(page * tiling.count).prefix(tiling.count))
    for (place, item) in shown.enumerated() {
      let column = place % tiling.columns
      // The last panel of a row takes what is left over.
      let isLast = column == tiling.columns - 1
      let x = column * tiling.width
      let rect = Rect(
        x: x, y: place / tiling.columns * tiling.height, width: isLast ? canvas.columns - x : tiling.width,
        height: tiling.height)
      canvas.within(rect) {
        MaskTile(context: context, panel: item.element, isFocused: item.offset == selected).draw(on: &$0)
      }
    }
  }

  private var grid: (rows: Int, columns: Int) {
    if let preview = state.mask.shownPreview { return (max(1, preview.gridRows), max(1, preview.gridColumns)) }
    return (max(1, state.run?.grid.first ?? 8), max(1, state.run?.grid.last ?? 8))
  }

  /// Which snapshot of the picture this is, where it is not the newest: `step 450, snapshot 12/33 `.
  private var snapshotText: String {
    let kept = state.mask.snapshots
    guard let place = kept.place, let snapshot = kept.shown else { return "" }
    return "step \(snapshot.step), snapshot \(place + 1)/\(kept.all.count) "
  }

  private func drawCaption(_ panel: MaskPanel, place: String, on canvas: inout Canvas) {
    let count = max(1, state.run?.previewCount ?? 1)
    var x = canvas.write("picture \(state.mask.index + 1)/\(count) ", x: 1, y: 0, .accent, .bold)
    x = canvas.write(place, x: x, y: 0, .accent)
    x = canvas.write(snapshotText, x: x, y: 0, .accent)
    if let preview = state.mask.shownPreview {
      let name = sanitised(preview.name)
      let room = min(canvas.columns / 4, canvas.columns - x - displayWidth(panel.brief) - 3, displayWidth(name))
      x = canvas.write(context.fit(name, max(0, room)) + "  ", x: x, y: 0)
    }
    let room = max(0, canvas.columns - x - 1)
    let text = panel.help(state.mask.shownInspection)
    canvas.write(context.fit(displayWidth(text) <= room ? text : panel.brief, room), x: x, y: 0, .dim)
  }
}

/// How many panels stand beside and below each other, and how large each is.
struct MaskTiling: Equatable {
  var columns: Int
  var rows: Int
  var width: Int
  var height: Int

  var count: Int { columns * rows }

  init(columns: Int, rows: Int, width: Int, height: Int) {
    self.columns = columns
    self.rows = rows
    self.width = width
    self.height = height
  }

  /// The division in which patches are largest, if each has a row and a column; where there is none, as many panels as
  /// fit with patches of two columns and one row, at least one.
  init(panels: Int, grid: (rows: Int, columns: Int), columns: Int, rows: Int) {
    var best: (size: Int, tiling: MaskTiling)?
    for down in 1...max(1, panels) {
      let across = (panels + down - 1) / down
      let tiling = MaskTiling(columns: across, rows: down, width: columns / across, height: rows / down)
      let patch = PatchArea(grid: grid, width: tiling.width - 2, height: tiling.height - 2)
      guard tiling.width >= Self.leastWidth, patch.columns >= 1, patch.rows >= 1 else { continue }
      if patch.columns * patch.rows > best?.size ?? 0 { best = (patch.columns * patch.rows, tiling) }
    }
    if let best {
      self = best.tiling
      return
    }
    let across = max(1, min(panels, columns / max(Self.leastWidth, grid.columns * 2 + 2)))
    let down = max(1, min((panels + across - 1) / across, rows / (grid.rows + 2)))
    self.init(columns: across, rows: down, width: columns / across, height: rows / down)
  }

  /// A title has room in it.
  private static let leastWidth = 14
}

/// Whole cells for each patch of a grid: at most twice as many columns as rows, the shape of a square.
struct PatchArea: Equatable {
  /// Cells of one patch; 0 where there are fewer cells than patches.
  var columns: Int
  var rows: Int

  init(grid: (rows: Int, columns: Int), width: Int, height: Int) {
    rows = max(0, height / max(1, grid.rows))
    columns = max(0, width / max(1, grid.columns))
    columns = min(columns, 2 * rows)
    // A narrow place asks for lower patches.
    rows = min(rows, max(columns > 0 ? 1 : 0, (3 * columns + 3) / 4))
  }
}
