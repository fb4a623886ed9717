import Canvas

/// What every view needs: the state, the characters that may be drawn, and the words they share.
struct ViewContext {
  let state: WorkbenchState
  let glyphs: GlyphLevel
  /// Where the views write down what the mouse can be used on; nil: nobody asks.
  var targets: PointerTargets?

  /// Whether pictures are laid over their cells in pixels.
  var showsPixels: Bool { state.options.canShowPixels && state.mask.showsPixels && glyphs != .ascii }

  /// Between facts in one line.
  var separator: String { glyphs == .ascii ? " | " : " · " }

  func fit(_ text: String, _ width: Int, _ alignment: TextAlignment = .left) -> String {
    fitted(text, width, alignment: alignment, ellipsis: glyphs.ellipsis)
  }

  /// The same where the text is too long, and the text as it is where it is not: for titles, which blanks would cut off
  /// their frame.
  func clipped(_ text: String, _ width: Int) -> String { displayWidth(text) <= width ? text : fit(text, width) }

  /// As many facts in one line as there is room for, none of them cut but the first.
  func facts(_ facts: [String], _ width: Int) -> String {
    var line = ""
    for fact in facts {
      let longer = line.isEmpty ? fit(fact, min(width, displayWidth(fact))) : line + separator + fact
      guard displayWidth(longer) <= width else { break }
      line = longer
    }
    return line
  }

  private func clipped(_ spans: [Span], _ width: Int) -> [Span] {
    var shown: [Span] = []
    var room = width
    for span in spans {
      let columns = displayWidth(span.text)
      guard columns > room else {
        shown.append(span)
        room -= columns
        continue
      }
      return shown + [Span(fit(span.text, max(0, room)), span.style)]
    }
    return shown
  }

  /// Writes lines in the middle of a region that has nothing to show: what is missing, and what brings it.
  func explain(_ lines: [String], on canvas: inout Canvas) {
    let top = max(0, (canvas.rows - lines.count) / 2)
    for (row, line) in lines.enumerated() {
      canvas.write(fit(line, canvas.columns, .center), x: 0, y: top + row, .dim)
    }
  }

  /// The same with lines broken between words, as many as there is room for.
  func explainWrapped(_ lines: [String], on canvas: inout Canvas) {
    guard canvas.columns > 2 else { return }
    let all = lines.flatMap { wrapped($0, canvas.columns - 2) }
    var shown = Array(all.prefix(canvas.rows))
    if all.count > shown.count, let last = shown.indices.last { shown[last] += glyphs.ellipsis }
    explain(shown, on: &canvas)
  }

  /// Why a picture of the preview set is not shown. Reasons begin with the file's path, as a rule: its name is enough.
  func broken(name: String, reason: String) -> [String] {
    let reason = sanitised(reason)
    let path = reason.prefix { $0 != " " }
    guard !name.isEmpty, path.hasSuffix(name) else { return ["this picture is broken:", name, reason] }
    return ["this picture is broken:", name + reason.dropFirst(path.count)]
  }

  /// The line on which a filter of curves or charts is typed, and what it leaves.
  func drawFilter(_ field: TextField, count: String, on canvas: inout Canvas) {
    let isValid = field.text.isEmpty || (try? Regex(field.text)) != nil
    let end = canvas.write([Span("filter ", .dim), Span(sanitised(field.text), .accent, .bold)], x: 1, y: 0)
    canvas.write("_", x: end, y: 0, .accent)
    let note = isValid ? count : "no regular expression yet"
    canvas.writeRight([Span(note, isValid ? .dim : .warning)], maxX: canvas.columns - 1, y: 0)
  }

  /// The line in which the lines that are shown are searched.
  func drawSearch(_ search: LineSearch, y: Int, on canvas: inout Canvas) {
    let isTyping = state.screen.dialog == .search
    let end = canvas.write("/", x: 1, y: y, .key, .bold)
    let text = search.field.text + (isTyping ? "_" : "")
    canvas.write(fit(text, canvas.columns - end - 20), x: end, y: y, isTyping ? .text : .dim)
    if !isTyping { canvas.writeRight([Span("esc: every line", .dim)], maxX: canvas.columns - 1, y: y) }
  }

  /// A line with the text that is searched for marked in it.
  func write(_ text: String, marking search: LineSearch, x: Int, y: Int, _ role: Role, on canvas: inout Canvas) {
    canvas.write(text, x: x, y: y, role)
    for match in search.matches(in: text) {
      let start = x + displayWidth(String(text[..<match.lowerBound]))
      canvas.write(String(text[match]), x: start, y: y, style: Style(.selection, .bold))
    }
  }

  /// Why there is no picture, and what brings one.
  var noPicture: [String] {
    if state.run?.maskedPatches == 0, state.run?.previewCount == 0 {
      return ["no masks:", "\(sanitised(state.run?.activity ?? "")) has none"]
    }
    if state.run?.previewCount == 0 { return ["no pictures to show:", "preview.count is 0"] }
    if !state.isLive {
      return state.mask.snapshots.picture == nil && state.options.loadsHistory
        ? ["reading the store"] : ["no picture:", "the run kept no snapshot of it"]
    }
    return ["no picture yet:", "the first steps bring it"]
  }

  /// A guidance has the same role wherever its name or its curve stands.
  func role(guidance name: String) -> Role {
    switch name {
    case "clip": return .clip
    case "dino": return .dino
    default:
      let series: [Role] = [.series1, .series2, .series3, .series4]
      let index = state.run?.guidances.firstIndex { $0.name == name } ?? 0
      return series[index % series.count]
    }
  }

  /// Columns of a step number, so that columns do not move while it grows.
  var stepColumns: Int { state.view.stepColumns }

  /// Steps that plots and sparklines show.
  var stepBounds: ClosedRange<Double> {
    state.screen.stepRange.bounds(step: state.step, total: state.watched.totalSteps)
  }

  /// A pane with a frame; `draw` gets its inside.
  ///
  /// - Parameter pane: what the mouse can choose and enlarge by it. The one of them that has the keys is marked.
  func pane(
    _ rect: Rect, title: [Span], trailing: [Span] = [], isFocused: Bool = false, of pane: PointerPane? = nil,
    on canvas: inout Canvas, draw: (inout Canvas) -> Void
  ) {
    let isChosen = if case .dashboard(let name) = pane { name == state.dashboard.focus } else { false }
    let style = isFocused || isChosen ? Style(.focus) : Style(.border)
    // Colour alone would not tell which of several panes has the keys.
    let isMarked = isChosen || isFocused && pane != nil
    // Two corners, and a blank on each side.
    let title = clipped(isMarked ? [Span("> ", .focus, .bold)] + title : title, rect.width - 4)
    canvas.box(rect, title: title, trailing: trailing, lines: glyphs.lines, style: style)
    if let pane {
      target(.pane(pane), rect, on: canvas)
      let columns = title.reduce(2) { $0 + displayWidth($1.text) }
      target(.title(pane), Rect(x: rect.x + 1, y: rect.y, width: columns, height: 1), on: canvas)
    }
    canvas.within(rect.inset(columns: 1, rows: 1), draw)
  }
}

/// A guidance as it is shown: upper case, without unsafe characters.
func guidanceName(_ name: String) -> String { sanitised(name).uppercased() }
