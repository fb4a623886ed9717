import RunEvents

/// Panels that are on the screen together.
struct MaskPage: Equatable {
  var panels: [MaskPanel]
  var tiling: MaskTiling
}

extension MaskState {
  /// The pages of a part of the screen: what each network makes of the picture comes first, what is compared has pages
  /// of its own and takes no room from the rest.
  func pages(_ run: RunDescription?, columns: Int, rows: Int) -> [MaskPage] {
    if isAlone {
      return panels(run).map { MaskPage(panels: [$0], tiling: .alone(columns: columns, rows: rows)) }
    }
    let grid = grid(run)
    return groups(run).filter { !$0.isEmpty }.flatMap { group in
      let tiling = MaskTiling(panels: group.count, grid: grid, columns: columns, rows: rows)
      return stride(from: 0, to: group.count, by: tiling.count).map {
        MaskPage(panels: Array(group[$0..<min($0 + tiling.count, group.count)]), tiling: tiling)
      }
    }
  }

  /// The page of the marked panel.
  func page(_ run: RunDescription?, columns: Int, rows: Int) -> MaskPage {
    let pages = pages(run, columns: columns, rows: rows)
    let place = pages.firstIndex { $0.panels.contains(selected) } ?? 0
    return pages[place]
  }

  /// The panels on the screen while the mask view is shown.
  func shownPanels(in view: RunView) -> [MaskPanel] {
    guard let body = view.body else { return [] }
    return page(view.run, columns: body.width, rows: body.height - Self.captionRows).panels
  }

  /// Marks the first panel of the page so many pages further; the last page does not lead to the first.
  mutating func turnPages(by delta: Int, in view: RunView) {
    guard let body = view.body else { return }
    let pages = pages(view.run, columns: body.width, rows: body.height - Self.captionRows)
    let place = pages.firstIndex { $0.panels.contains(selected) } ?? 0
    let next = min(max(0, place + delta), pages.count - 1)
    if next != place, let first = pages[next].panels.first { selected = first }
  }
}
