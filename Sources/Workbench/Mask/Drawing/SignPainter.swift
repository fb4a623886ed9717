import Canvas
import Plotting
import RunEvents

/// Draws the sign of each patch of a picture: what stands out in its target, or in its prediction.
struct SignPainter {
  enum Side { case target, prediction }

  private let patches: PatchSigns
  private let mask: [Bool]
  private let glyphs: GlyphLevel
  private let rows: Int
  private let columns: Int

  /// nil where there are none, or counts do not belong together.
  init?(_ preview: MaskPreview, glyphs: GlyphLevel) {
    let count = preview.gridRows * preview.gridColumns
    guard let signs = preview.signs, count > 0, signs.target.count == count, signs.prediction.count == count,
      signs.signs.count == signs.names.count, signs.plainSigns.count == signs.names.count
    else { return nil }
    patches = signs
    mask = preview.mask
    self.glyphs = glyphs
    rows = preview.gridRows
    columns = preview.gridColumns
  }

  /// Fills the region: the cells of a patch have its sign; masked patches are bold.
  func draw(_ side: Side, on canvas: inout Canvas) {
    let shown = side == .target ? patches.target : patches.prediction
    for y in 0..<canvas.rows {
      for x in 0..<canvas.columns {
        let place = y * rows / canvas.rows * columns + x * columns / canvas.columns
        let isMasked = mask.indices.contains(place) && mask[place]
        let style = isMasked ? Style(.masked, .bold) : Style(.text)
        canvas.write(sign(Int(shown[shown.startIndex + place])), x: x, y: y, style: style)
      }
    }
  }

  /// One column wide whatever a run says.
  private func sign(_ number: Int) -> String {
    let all = glyphs == .ascii ? patches.plainSigns : patches.signs
    guard all.indices.contains(number) else { return " " }
    let text = sanitised(all[number])
    return displayWidth(text) == 1 ? text : "?"
  }

  /// `─ level, ╱ rising`: what each sign means, as many as there is room for.
  func words(_ room: Int) -> String {
    var text = ""
    for (number, name) in patches.names.enumerated() {
      let next = (text.isEmpty ? "" : ", ") + sign(number) + " " + sanitised(name)
      guard displayWidth(text + next) <= room else { return text }
      text += next
    }
    return text
  }
}
