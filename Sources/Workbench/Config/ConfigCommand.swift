import RunEvents

/// What a person can ask of the session's values.
package enum ConfigCommand: Hashable, Sendable {
  case edit, toggleLive, filter
}

extension ConfigState {
  package mutating func reduce(_ command: ConfigCommand) -> Outcome {
    switch command {
    case .filter: return .open(.runText(RunTextDialog(purpose: .filterConfig, text: filter)))
    case .toggleLive:
      let row = selectedRow
      showsLiveOnly.toggle()
      selected = row.flatMap { rows.firstIndex(of: $0) } ?? 0
      move(by: 0)
      return .nothing
    case .edit:
      guard case .value(let value, _, _)? = selectedRow else { return .nothing }
      return .open(.setting(ConfigEdit(key: value.key, text: value.value)))
    }
  }

  package func availability(of command: ConfigCommand, in view: RunView) -> Availability {
    guard command == .edit else { return .enabled }
    if case .disabled(let reason) = view.runCommandAvailability("change") { return .disabled(reason: reason) }
    guard case .value(let value, _, _)? = selectedRow else {
      return .disabled(reason: "there is no value to change yet")
    }
    return value.edit == nil
      ? .disabled(reason: "\(value.key) is fixed once a run has begun; a shows what may change") : .enabled
  }

  /// ESC takes the filter away; false if there is none.
  mutating func leaveLayer() -> Bool {
    guard !filter.isEmpty else { return false }
    filter(by: "")
    return true
  }
}
