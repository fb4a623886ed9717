import Canvas

/// The views by name with the keys that show them, the current one in brackets: `[1 dashboard] 2 curves  3 mask`.
struct ViewBar {
  /// How much of it is shown, the widest first.
  enum Form: CaseIterable {
    /// Columns of its own around each name.
    case spaced
    /// Neighbours share the column between them.
    case close
    case short
    /// Short names, and no column between key and name.
    case tight
    /// The current view alone.
    case current
  }

  let context: ViewContext
  private let items: [Item]

  init(context: ViewContext) {
    self.context = context
    let shown = context.state.screen.view
    var items = context.state.view.offeredViews.map { view in
      Item(key: view.key, name: view.rawValue, shortName: view.shortName, isCurrent: view == shown)
    }
    if shown == .help { items.append(Item(key: shown.key, name: "help", shortName: "help", isCurrent: true)) }
    self.items = items
  }

  /// Names and keys are ASCII.
  private struct Item {
    var key: Key
    var name: String
    var shortName: String
    var isCurrent: Bool

    func name(_ form: Form) -> String {
      switch form {
      case .spaced, .close, .current: " " + name
      case .short: " " + shortName
      case .tight: shortName
      }
    }
  }

  /// Columns with the bracket, or the blank, at each end.
  func width(_ form: Form) -> Int {
    var columns = form == .spaced ? 0 : 1
    for item in items where form != .current || item.isCurrent {
      columns += 1 + item.name(form).utf8.count + (form == .spaced ? 2 : 1)
    }
    return columns
  }

  /// The widest form for this many columns; nil if not even the current view has room.
  func form(columns: Int) -> Form? { Form.allCases.first { width($0) <= columns } }

  func draw(_ form: Form, on canvas: inout Canvas) {
    var x = 1
    for item in items where form != .current || item.isCurrent {
      let name = item.name(form)
      let end = x + 1 + name.utf8.count
      if item.isCurrent {
        canvas.write("[" + item.key.label + name + "]", x: x - 1, y: 0, style: Style(.selection, .bold))
      } else {
        canvas.write(item.key.label, x: x, y: 0, .key)
        canvas.write(name, x: x + 1, y: 0, .status)
      }
      // What is typed into a dialog does not come from here.
      if context.state.screen.dialog == nil {
        context.target(.key(item.key), Rect(x: x, y: 0, width: end - x, height: 1), on: canvas)
      }
      x = end + (form == .spaced ? 2 : 1)
    }
  }
}

extension WorkbenchView {
  /// What it is called where there is little room.
  fileprivate var shortName: String {
    switch self {
    case .dashboard: "dash"
    case .system: "sys"
    case .config: "conf"
    case .ablation: "abl"
    case .curves, .mask, .evals, .runs, .log, .help: rawValue
    }
  }
}
