/// The command palette: what is typed, and which of the lines that match is marked.
package struct PaletteState: Equatable, Sendable {
  package internal(set) var field = TextField()
  var selected = 0

  /// The lines that match what is typed.
  func entries(in state: WorkbenchState) -> [PaletteEntry] {
    PaletteEntry.matching(field.text, runs: state.runs.listings, values: state.config.values, in: state.view)
  }

  /// - Parameter entries: the lines that match what is typed.
  mutating func reduce(_ command: WorkbenchCommand, entries: [PaletteEntry]) -> Outcome {
    let count = max(1, entries.count)
    let entry = entries.indices.contains(selected) ? entries[selected] : nil
    switch command {
    case .selectPrevious: selected = (selected + count - 1) % count
    case .selectNext: selected = (selected + 1) % count
    case .eraseCharacter: field.erase()
    case .clearText: field.clear()
    case .complete:
      if let entry { field.replace(by: entry.command == nil ? entry.name + " " : entry.name) }
    case .confirm:
      guard let entry else { break }
      if let command = entry.command {
        return Outcome(dialog: .closes, view: entry.view, requests: [.perform(command)])
      }
      field.replace(by: entry.name + " ")
    default: return .nothing
    }
    if command != .selectPrevious, command != .selectNext { selected = 0 }
    return .nothing
  }

  mutating func type(_ character: Character) {
    field.type(character)
    selected = 0
  }
}
