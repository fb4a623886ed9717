import Canvas
import Histories
import RunEvents

/// Panels in which cosines are counted and compared.
extension MaskTile {
  /// Panels that take the whole frame; nil for all others, false where there is nothing to draw yet.
  func drawWide(_ preview: MaskPreview, on canvas: inout Canvas) -> Bool? {
    switch panel {
    case .histogram:
      guard
        let histogram = CosineHistogram(
          cosines: preview.cosine, mask: preview.mask, most: canvas.rows - CosineHistogram.furniture)
      else { return false }
      histogram.draw(bar: context.glyphs == .ascii ? "#" : "\u{2588}", on: &canvas)
      return true
    case .legend:
      guard let classes = ClassPainter(preview, showsColors: painter.showsColors) else { return false }
      classes.drawLegend(on: &canvas)
      return true
    case .rival:
      guard let kept = state.mask.rival?.snapshot(like: preview) else { return false }
      return RivalPanel(painter: painter, left: preview, right: kept.preview, chosen: state.mask.patch).draw(
        on: &canvas)
    default: return nil
    }
  }

  /// Why such a panel has nothing to draw, and what brings it; nil where the others' reasons hold.
  var comparedAbsence: [String]? {
    let mask = state.mask
    guard mask.shownPreview?.problem == nil else { return nil }
    switch panel {
    case .cosine where mask.shownPreview.map(areCodes) == true,
      .histogram where mask.shownPreview.map(areCodes) == true,
      .change where mask.shownPreview.map(areCodes) == true:
      return ["codes have no cosines:", "each is right or wrong"]
    case .difference where mask.shownInspection != nil:
      return mask.snapshots.shown == nil && state.isLive
        ? ["no cosines of these patches:", "256 at most"] : ["snapshots keep no cosines of features"]
    case .change:
      if !state.options.loadsHistory { return ["no run store is open", "that has earlier snapshots"] }
      guard mask.snapshots.picture == mask.index else { return ["reading the store"] }
      let guidance = mask.preview.map { " under \(guidanceName($0.guidance))" } ?? ""
      return ["no earlier snapshot", "of this picture\(guidance)"]
    case .rival:
      guard let rival = mask.rival, rival.kept != nil else { return ["reading the store"] }
      return ["\(sanitised(rival.reference.run)) kept no snapshot", "of this picture"]
    default: return nil
    }
  }

  /// Whether the targets of a preview are codes.
  private func areCodes(_ preview: MaskPreview) -> Bool {
    state.run?.guidances.first { $0.name == preview.guidance }?.codes != nil
  }

  /// The greatest difference, up or down.
  func most(_ values: [Float]?) -> [Span] {
    let finite = (values ?? []).filter(\.isFinite).map { abs(Double($0)) }
    return finite.max().map { [Span("most " + shortCosineText($0), .dim)] } ?? []
  }

  func drawSigned(_ values: [Float]?, _ rows: Int, _ columns: Int, on canvas: inout Canvas) -> Bool {
    guard let values, let grid = PatchGrid(rows: rows, columns: columns, values: values.map { Double($0) }) else {
      return false
    }
    let most = values.filter(\.isFinite).map { abs(Double($0)) }.max() ?? 0
    painter.drawSigned(grid, most: most, chosen: state.mask.patch, on: &canvas)
    return true
  }
}
