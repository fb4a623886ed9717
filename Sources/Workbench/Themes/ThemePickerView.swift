import Canvas
import Plotting

/// The list of themes beside the screen that it is tried on, with a sample of every kind of text.
struct ThemePickerView {
  let context: ViewContext
  let picker: ThemePicker

  private static let samples: [[Span]] = [
    [Span("text ", .text), Span("dim ", .dim), Span("title ", .title, .bold), Span("accent", .accent, .bold)],
    [Span("good ", .good), Span("warning ", .warning), Span("bad", .bad)],
    [Span("CLIP ", .clip), Span("DINO ", .dino), Span("masked", .masked)],
    [Span("curve ", .curveSmooth), Span("points ", .curveRaw), Span("band ", .band), Span("marker", .marker)],
    [Span("one ", .series1), Span("two ", .series2), Span("three ", .series3), Span("four", .series4)],
  ]

  func draw(on canvas: inout Canvas) {
    let themes = context.state.options.themes
    let rows = max(1, min(themes.count, canvas.rows - Self.samples.count - 4))
    let width = min(34, canvas.columns)
    let height = rows + Self.samples.count + 3
    let rect = Rect(x: canvas.columns - width, y: max(0, (canvas.rows - height) / 2), width: width, height: height)
    canvas.fill(rect)
    context.pane(rect, title: [Span("themes", .title, .bold)], isFocused: true, on: &canvas) { inside in
      let rect = Rect(x: 1, y: 0, width: inside.columns - 2, height: rows)
      context.list(themes, marked: picker.selected, in: rect, on: &inside) { name, line, canvas in
        canvas.write(
          context.fit(sanitised(Appearance.themeWords(name)), canvas.columns - 2), x: 2, y: 0,
          style: line.style(.text))
      }
      for (row, sample) in Self.samples.enumerated() { inside.write(sample, x: 1, y: rows + 1 + row) }
    }
  }
}
