extension SettingNode {
  /// The value at a dotted key path; nil if there is none.
  func value(at path: ArraySlice<Substring>) -> SettingNode? {
    guard let key = path.first else { return self }
    guard case .map(let entries) = content else { return nil }
    return entries.first { $0.key == key }?.value.value(at: path.dropFirst())
  }

  /// Puts a value at a dotted key path, or takes it away; a section that is left empty goes too.
  mutating func put(_ value: SettingNode?, at path: ArraySlice<Substring>) {
    guard let key = path.first else {
      if let value { self = value }
      return
    }
    var entries: [Entry] = if case .map(let entries) = content { entries } else { [] }
    let rest = path.dropFirst()
    let index = entries.firstIndex { $0.key == key }
    if rest.isEmpty, value == nil {
      if let index { entries.remove(at: index) }
    } else if let index {
      entries[index].value.put(value, at: rest)
      if case .map(let inner) = entries[index].value.content, inner.isEmpty { entries.remove(at: index) }
    } else if value != nil {
      var inner = SettingNode(.map([]))
      inner.put(value, at: rest)
      entries.append(Entry(key: String(key), origin: .program, value: inner))
    }
    content = .map(entries)
  }
}

extension SessionFile {
  /// JSON of this session with the values of some keys as another one has them.
  func json(taking keys: [String], from other: SessionFile) -> String {
    var node = SettingNode(section: self)
    let theirs = SettingNode(section: other)
    for key in keys {
      let path = key.split(separator: ".")[...]
      node.put(theirs.value(at: path), at: path)
    }
    return node.json
  }
}
