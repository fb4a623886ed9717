/// A section of a session: values with defaults, and the table of its keys that reading, writing, error messages and
/// suggestions all share.
protocol SessionSection {
  init()
  static var settings: [Setting<Self>] { get }
}

/// One key of a section.
struct Setting<Section> {
  let key: String
  /// Dotted paths at and below this key, for suggestions.
  let keyPaths: [String]
  /// The words that may stand at these paths, for paths that have a few.
  let choices: [String: [String]]
  /// Takes the value of this key into the section.
  let read: (SettingNode, String, SettingReader, inout Section) throws -> Void
  /// What a resolved session says for this key; nil if it says nothing.
  let write: (Section) -> SettingNode?

  /// A plain value.
  init<Value>(_ key: String, _ member: WritableKeyPath<Section, Value>, _ type: SettingType<Value>) {
    self.key = key
    keyPaths = [key]
    choices = [key: type.choices]
    read = { node, path, reader, section in section[keyPath: member] = try reader.value(node, path, type) }
    write = { type.write($0[keyPath: member]) }
  }

  /// A value that is left out if there is none.
  init<Value>(_ key: String, ifGiven member: WritableKeyPath<Section, Value?>, _ type: SettingType<Value?>) {
    self.key = key
    keyPaths = [key]
    choices = [key: type.choices]
    read = { node, path, reader, section in section[keyPath: member] = try reader.value(node, path, type) }
    write = { section in section[keyPath: member].map { type.write($0) } }
  }

  /// A section below this one.
  init<Inner: SessionSection>(_ key: String, section member: WritableKeyPath<Section, Inner>) {
    self.key = key
    let inner = Inner.settings
    keyPaths = inner.flatMap { $0.keyPaths.map { "\(key).\($0)" } }
    choices = inner.reduce(into: [:]) { all, setting in
      for (path, words) in setting.choices { all["\(key).\(path)"] = words }
    }
    read = { node, path, reader, section in try reader.section(node, path, into: &section[keyPath: member]) }
    write = { SettingNode(section: $0[keyPath: member]) }
  }

  /// A key that reads and writes in its own way.
  init(
    _ key: String, read: @escaping (SettingNode, String, SettingReader, inout Section) throws -> Void,
    write: @escaping (Section) -> SettingNode?
  ) {
    self.key = key
    keyPaths = [key]
    choices = [:]
    self.read = read
    self.write = write
  }

  /// The same key, not written where `condition` holds.
  func omitted(where condition: @escaping (Section) -> Bool) -> Setting {
    let write = write
    return Setting(key, keyPaths: keyPaths, choices: choices, read: read, write: { condition($0) ? nil : write($0) })
  }

  private init(
    _ key: String, keyPaths: [String], choices: [String: [String]],
    read: @escaping (SettingNode, String, SettingReader, inout Section) throws -> Void,
    write: @escaping (Section) -> SettingNode?
  ) {
    self.key = key
    self.keyPaths = keyPaths
    self.choices = choices
    self.read = read
    self.write = write
  }
}

extension SettingNode {
  /// A section with all its values.
  init<Section: SessionSection>(section: Section) {
    self.init(
      .map(
        Section.settings.compactMap { setting in
          setting.write(section).map { Entry(key: setting.key, origin: .program, value: $0) }
        }))
  }
}
