import RunEvents

extension ConfigState {
  /// A line of the tree.
  enum Row: Equatable, Sendable {
    /// A section at its depth.
    case section(String, depth: Int)
    case value(ConfigurationValue, name: String, depth: Int)
  }

  /// Values as a tree, sections as headings.
  static func rows(of values: [ConfigurationValue]) -> [Row] {
    var rows: [Row] = []
    var open: [String] = []
    for value in values {
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
    rows.isEmpty ? nil : rows[min(max(0, selected), rows.count - 1)]
  }

  /// Marks a line; false where it holds no value.
  mutating func mark(_ line: Int) -> Bool {
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
