import RunEvents

extension ConfigState {
  /// A line of the tree.
  enum Row: Equatable, Sendable {
    /// A section at its depth.
    case section(String, depth: Int)
    case value(ConfigurationValue, name: String, depth: Int)
  }

  /// The session as a tree, sections as headings.
  var rows: [Row] {
    var rows: [Row] = []
    var open: [String] = []
    for value in shownValues {
      let path = value.key.split(separator: ".").map(String.init)
      let sections = Array(path.dropLast())
      let shared = zip(open, sections).prefix { $0 == $1 }.count
      for depth in shared..<sections.count { rows.append(.section(sections[depth], depth: depth)) }
      open = sections
      rows.append(.value(value, name: path.last ?? value.key, depth: sections.count))
    }
    return rows
  }

  var selectedRow: Row? {
    let rows = rows
    return rows.isEmpty ? nil : rows[min(max(0, selected), rows.count - 1)]
  }

  /// Marks a line; false where it holds no value.
  mutating func mark(_ line: Int) -> Bool {
    let rows = rows
    guard rows.indices.contains(line), case .value = rows[line] else { return false }
    selected = line
    return true
  }

  /// Goes to another value; headings are passed over.
  mutating func move(by delta: Int) {
    let rows = rows
    guard !rows.isEmpty else { return }
    func isValue(_ index: Int) -> Bool { if case .value = rows[index] { true } else { false } }
    var place = min(max(0, selected + delta), rows.count - 1)
    let step = delta < 0 ? -1 : 1
    while rows.indices.contains(place), !isValue(place) { place += step }
    if !rows.indices.contains(place) { place = rows.indices.first(where: isValue) ?? 0 }
    selected = place
  }
}

extension LiveEdit {
  /// Why a text is no such value; nil where it may be one. The engine has the last word.
  func problem(_ text: String) -> String? {
    let isWord = choices.contains(text)
    let isFit =
      switch kind {
      case .choice: isWord
      case .number: isWord || (Double(text).map { $0 > 0 && $0.isFinite } ?? false)
      case .count: Int(text).map { $0 >= 0 } ?? false
      case .amount: Self.isAmount(text)
      }
    return isFit ? nil : "\"\(text)\" does not fit: it must be \(allowed)"
  }

  private static func isAmount(_ text: String) -> Bool {
    if text.hasSuffix("%") { return Double(text.dropLast()).map { $0 > 0 && $0 < 100 } ?? false }
    if let count = Int(text) { return count > 0 }
    return Double(text).map { $0 > 0 && $0 < 1 } ?? false
  }
}

extension WorkbenchState {
  mutating func perform(_ command: ConfigCommand) -> [WorkbenchEffect] {
    switch command {
    case .filter: dialog = .runText(RunTextDialog(purpose: .filterConfig, text: config.filter))
    case .toggleLive:
      let row = config.selectedRow
      config.showsLiveOnly.toggle()
      config.selected = row.flatMap { config.rows.firstIndex(of: $0) } ?? 0
      config.move(by: 0)
    case .edit:
      guard case .value(let value, _, _)? = config.selectedRow else { return [] }
      dialog = .setting(ConfigEdit(key: value.key, text: value.value))
    }
    return []
  }

  mutating func perform(_ command: WorkbenchCommand, in edit: ConfigEdit) -> [WorkbenchEffect] {
    var edit = edit
    guard let value = config.values.first(where: { $0.key == edit.key }), let live = value.edit else {
      dialog = nil
      return []
    }
    edit.problem = nil
    switch command {
    case .decreaseValue, .increaseValue: edit.step(by: command == .increaseValue ? 1 : -1, live.choices)
    case .eraseCharacter: _ = edit.text.popLast()
    case .confirm:
      if let problem = live.problem(edit.text) {
        edit.problem = problem
      } else if edit.text == value.value {
        dialog = nil
        return []
      } else {
        dialog = nil
        return send(.change(key: edit.key, value: edit.text))
      }
    default: break
    }
    dialog = .setting(edit)
    return []
  }

  mutating func typeIntoSetting(_ character: Character, _ edit: ConfigEdit) {
    var edit = edit
    edit.problem = nil
    let isMeant = character.isASCII && (character.isNumber || character.isLetter || ".+-%_".contains(character))
    if isMeant, edit.text.count < ConfigEdit.longestText { edit.text.append(character) }
    dialog = .setting(edit)
  }
}

extension ConfigEdit {
  /// Goes to the next or the previous of the values offered; from a value between them to its neighbour.
  mutating func step(by delta: Int, _ choices: [String]) {
    guard !choices.isEmpty else { return }
    if let index = choices.firstIndex(of: text) {
      text = choices[(index + delta + choices.count) % choices.count]
    } else if let here = Double(text) {
      let next =
        delta > 0
        ? choices.first { Double($0).map { $0 > here } ?? false }
        : choices.last { Double($0).map { $0 < here } ?? false }
      text = next ?? choices[delta > 0 ? choices.count - 1 : 0]
    } else {
      text = choices[0]
    }
  }
}
