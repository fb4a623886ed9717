import RunEvents

/// The session as the run has it, and where a person is in it.
package struct ConfigState: Equatable, Sendable {
  /// In the order of the session's sections.
  package internal(set) var values: [ConfigurationValue] = [] { didSet { rows = Self.rows(of: shownValues) } }
  /// Values as the run began with them, by key.
  var start: [String: String] = [:]
  /// Line of ``rows`` that is marked.
  var selected = 0
  /// Only what may change live.
  var showsLiveOnly = false { didSet { rows = Self.rows(of: shownValues) } }
  /// Words that all stand somewhere in the key or the value of what is shown.
  private(set) var filter = "" { didSet { rows = Self.rows(of: shownValues) } }
  /// What is shown as a tree, sections as headings: made anew where it changes, as a frame asks for it several times.
  private(set) var rows: [Row] = []

  package func value(of key: String) -> String? { values.first { $0.key == key }?.value }

  /// A run begins, or goes on; where a person is in the tree stays.
  mutating func begin(with values: [ConfigurationValue]) {
    self.values = values
    start = Dictionary(values.map { ($0.key, $0.value) }, uniquingKeysWith: { first, _ in first })
    move(by: 0)
  }

  /// Shows what holds these words; the mark stays where it is, if that is shown.
  mutating func filter(by text: String) {
    let row = selectedRow
    filter = text
    selected = row.flatMap { rows.firstIndex(of: $0) } ?? 0
    move(by: 0)
  }

  package var shownValues: [ConfigurationValue] {
    let words = filter.lowercased().split(separator: " ")
    return values.filter { value in
      let text = (value.key + " " + value.value).lowercased()
      return (!showsLiveOnly || value.edit != nil) && words.allSatisfy { text.contains($0) }
    }
  }

  /// Marks a value, whatever hid it.
  mutating func show(_ key: String) {
    if !shownValues.contains(where: { $0.key == key }) { (showsLiveOnly, filter) = (false, "") }
    let line = rows.firstIndex { row in
      if case .value(let value, _, _) = row { value.key == key } else { false }
    }
    selected = line ?? selected
  }

  mutating func take(_ change: SettingChange) {
    guard let index = values.firstIndex(where: { $0.key == change.key }) else { return }
    values[index].value = change.to
  }
}
