/// Every key as lines, those of the view that a person came from first; under a search, those that have to do with it.
struct HelpPage {
  enum Line {
    case heading(String)
    case binding(KeyBinding)
    case text(String)
    case empty
  }

  let lines: [Line]

  init(from view: WorkbenchView, search: LineSearch) {
    var lines: [Line] = []
    for section in Self.sections(from: view) {
      // A heading that is searched for brings all that stands under it.
      let found = search.isIn(section.title) ? section.lines : section.lines.filter { Self.isIn($0, search) }
      guard !found.isEmpty else { continue }
      if !lines.isEmpty { lines.append(.empty) }
      lines.append(.heading(section.title))
      lines += found
    }
    self.lines = lines
  }

  private struct Section {
    var title: String
    var lines: [Line]
  }

  private static func sections(from view: WorkbenchView) -> [Section] {
    var sections = KeyTable.sections.map { title, scopes in
      Section(title: title, lines: KeyTable.listed(scopes).map(Line.binding))
    }
    let own = KeyTable.bindings.filter { $0.scope == .view(view) }
    if !own.isEmpty {
      sections.removeAll { section in
        guard case .binding(let binding) = section.lines.first else { return false }
        return binding.scope == .view(view)
      }
      sections.insert(Section(title: "\(view.rawValue), the view behind this", lines: own.map(Line.binding)), at: 0)
    }
    return sections + inWords
  }

  private static let inWords = [
    Section(
      title: "on the curves",
      lines: [
        "dashed line with a label: guidance was switched",
        "c checkpoint   e evaluation   r resumed   s setting changed   h health",
        "p paused   ! paused with a cause",
        "^ and v: single points beyond the axis",
      ].map(Line.text)),
    Section(
      title: "with the mouse, where M turned it on",
      lines: [
        "wheel: zooms the curves at the pointer, scrolls lists and text",
        "click: chooses a pane, marks a line, presses a key of the lowest lines",
        "double click, or click on a title: the pane alone; on a line: enter",
        "drag: reads out in a plot (right button: at once), moves a border",
        "with shift held, the terminal selects text",
      ].map(Line.text)),
  ]

  private static func isIn(_ line: Line, _ search: LineSearch) -> Bool {
    switch line {
    case .binding(let binding):
      search.isIn(binding.help) || search.isIn(binding.name) || search.isIn(binding.keyLabel)
    case .text(let text): search.isIn(text)
    case .heading, .empty: false
    }
  }
}
