/// Where a person is in the help.
package struct HelpState: Equatable, Sendable {
  /// Lines that it is scrolled down.
  var offset = 0
  package internal(set) var search = LineSearch()

  /// What it shows.
  func page(in view: RunView) -> HelpPage { HelpPage(from: view.screen.viewBeforeHelp, search: search) }

  mutating func scroll(by delta: Int, in view: RunView) {
    offset = min(max(0, offset + delta), max(0, page(in: view).lines.count - view.screen.page))
  }

  /// - Parameter delta: lines that a command for scrolling goes down by; other commands ignore it.
  mutating func reduceSearch(_ command: WorkbenchCommand, scrolled delta: Int, in view: RunView) -> Outcome {
    let outcome = search.take(command)
    scroll(by: outcome == nil && command.isScrollingSearch ? delta : 0, in: view)
    return outcome ?? .nothing
  }

  mutating func typeIntoSearch(_ character: Character) {
    search.field.type(character)
    offset = 0
  }

  /// ESC ends the search; false if there is none.
  mutating func leaveLayer() -> Bool {
    guard search.isActive else { return false }
    self = HelpState()
    return true
  }
}
