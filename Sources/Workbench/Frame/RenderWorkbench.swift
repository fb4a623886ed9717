import Canvas

/// Draws a state on a screen of this size. Pure, for every size from 0 x 0 up.
///
/// Numbers stand in fields of fixed width, so that from one refresh to the next few cells change.
package func renderWorkbench(_ state: WorkbenchState, width: Int, height: Int, glyphs: GlyphLevel) -> Canvas {
  ViewContext(state: state, glyphs: glyphs).draw(width: width, height: height)
}

extension ViewContext {
  /// Draws the whole screen.
  func draw(width: Int, height: Int) -> Canvas {
    var canvas = Canvas(width: width, height: height)
    guard let layout = ScreenLayout(width: width, height: height) else {
      TooSmallView(context: self).draw(on: &canvas)
      if glyphs == .ascii { canvas.reduceToASCII() }
      return canvas
    }
    canvas.within(layout.header) { HeaderView(context: self).draw(on: &$0) }
    let (banner, body) = layout.divided(for: state.watched)
    if let banner = banner { canvas.within(banner.area) { banner.banner.draw(on: &$0, glyphs: glyphs) } }
    canvas.within(body) { canvas in
      drawView(isReduced: layout.isReduced, on: &canvas)
      if let dialog = state.screen.dialog { DialogView(context: self, dialog: dialog).draw(on: &canvas) }
    }
    canvas.within(layout.footer) { FooterView(context: self).draw(on: &$0) }
    if glyphs == .ascii { canvas.reduceToASCII() }
    return canvas
  }

  private func drawView(isReduced: Bool, on canvas: inout Canvas) {
    switch state.screen.view {
    case .dashboard: DashboardView(context: self, isReduced: isReduced).draw(on: &canvas)
    case .curves: CurvesView(context: self).draw(on: &canvas)
    case .mask: MaskBoard(context: self).draw(on: &canvas)
    case .evals: EvalsView(context: self).draw(on: &canvas)
    case .runs: RunsView(context: self).draw(on: &canvas)
    case .config: ConfigView(context: self).draw(on: &canvas)
    case .log: LogView(context: self).draw(on: &canvas)
    case .system: SystemView(context: self).draw(on: &canvas)
    case .ablation: AblationView(context: self).draw(on: &canvas)
    case .help: HelpView(context: self).draw(on: &canvas)
    }
  }
}

/// How a screen is divided; nil where it is too small for any view.
struct ScreenLayout {
  static let fullSize = (width: 80, height: 24)
  static let leastSize = (width: 60, height: 16)

  let header: Rect
  let body: Rect
  let footer: Rect
  /// Whether only the curve and the main numbers fit.
  let isReduced: Bool

  init?(width: Int, height: Int) {
    guard width >= Self.leastSize.width, height >= Self.leastSize.height else { return nil }
    header = Rect(x: 0, y: 0, width: width, height: 1)
    body = Rect(x: 0, y: 1, width: width, height: height - 3)
    footer = Rect(x: 0, y: height - 2, width: width, height: 2)
    isReduced = width < Self.fullSize.width || height < Self.fullSize.height
  }

  /// The banner and its place, if the run has one and there is room, and what it leaves of the body.
  func divided(for run: WatchedRun) -> (banner: (banner: Banner, area: Rect)?, body: Rect) {
    guard let banner = Banner(run), body.height > 12 else { return (nil, body) }
    let rows = banner.rows(width: body.width)
    return (
      (banner, Rect(x: 0, y: body.y, width: body.width, height: rows)),
      Rect(x: 0, y: body.y + rows, width: body.width, height: body.height - rows)
    )
  }
}
