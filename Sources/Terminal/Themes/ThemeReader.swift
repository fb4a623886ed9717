import Canvas
import Files
import Yams

/// Reads the values of a theme file; every error names file, line, key, what was found and what is allowed.
struct ThemeReader {
  let file: String

  private static let attributes: [(String, Style.Attributes)] = [
    ("bold", .bold), ("dim", .dim), ("reverse", .reverse), ("underline", .underline),
  ]

  func error(_ node: Node?, _ path: String, found: String, allowed: String) -> ThemeError {
    let line = node?.mark.map { ":\($0.line)" } ?? ""
    return ThemeError("\(file)\(line): \(path) is \(found), allowed is \(allowed).")
  }

  func kind(_ node: Node) -> String {
    switch node {
    case .scalar: "value"
    case .mapping: "mapping"
    case .sequence: "list"
    case .alias: "alias"
    }
  }

  func checkKeys(_ mapping: Node.Mapping, _ allowed: [String], at path: String) throws {
    for (key, _) in mapping {
      let name = key.string ?? ""
      guard !allowed.contains(name) else { continue }
      let place = path.isEmpty ? "" : " in \(path)"
      let line = key.mark.map { ":\($0.line)" } ?? ""
      throw ThemeError(
        "\(file)\(line): key \"\(shortened(name))\"\(place) is unknown, allowed are \(allowed.joined(separator: ", "))."
      )
    }
  }

  func text(_ mapping: Node.Mapping, _ key: String, at path: String) throws -> String? {
    guard let node = mapping[key] else { return nil }
    guard let text = node.scalar?.string else {
      throw error(node, join(path, key), found: "a \(kind(node))", allowed: "text")
    }
    return text
  }

  func flag(_ mapping: Node.Mapping, _ key: String, at path: String) throws -> Bool? {
    guard let node = mapping[key] else { return nil }
    guard let value = node.bool else {
      throw error(node, join(path, key), found: quoted(node), allowed: "true or false")
    }
    return value
  }

  /// One of the raw values of an enumeration.
  func choice<Choice: RawRepresentable & CaseIterable>(
    _ mapping: Node.Mapping, _ key: String, besides others: [String] = []
  ) throws -> Choice? where Choice.RawValue == String {
    guard let text = try text(mapping, key, at: "") else { return nil }
    guard let choice = Choice(rawValue: text) else {
      let allowed = others + Choice.allCases.map(\.rawValue)
      throw error(
        mapping[key], key, found: "\"\(shortened(text))\"", allowed: "one of \(allowed.joined(separator: ", "))")
    }
    return choice
  }

  func paintSpec(_ node: Node, at path: String) throws -> Theme.PaintSpec {
    guard case .mapping(let mapping) = node else {
      throw error(node, path, found: quoted(node), allowed: "a mapping such as { rgb: \"#5fafff\", 256: 75, 16: blue }")
    }
    try checkKeys(mapping, ["rgb", "256", "16", "on", "attr", "mono"], at: path)
    var spec = Theme.PaintSpec()
    spec.foreground = try paint(mapping, node, at: path)
    if let on = mapping["on"] {
      guard case .mapping(let background) = on else {
        throw error(on, "\(path).on", found: quoted(on), allowed: "a mapping with the keys rgb, 256 and 16")
      }
      try checkKeys(background, ["rgb", "256", "16"], at: "\(path).on")
      spec.background = try paint(background, on, at: "\(path).on")
    }
    spec.attributes = try attributes(mapping, "attr", at: path)
    spec.monoAttributes = try attributes(mapping, "mono", at: path)
    return spec
  }

  /// A colour; of its three forms, those that stand after `rgb` may be left out.
  private func paint(_ mapping: Node.Mapping, _ node: Node, at path: String) throws -> Paint? {
    guard let rgb = mapping["rgb"] else {
      if mapping["256"] == nil, mapping["16"] == nil { return nil }
      throw error(node, "\(path).rgb", found: "missing", allowed: "a colour such as \"#5fafff\" beside 256 and 16")
    }
    guard let value = hex(rgb.scalar?.string) else {
      throw error(rgb, "\(path).rgb", found: quoted(rgb), allowed: "\"#\" and six hexadecimal digits")
    }
    var paint = Paint(red: value.0, green: value.1, blue: value.2)
    if let index = mapping["256"] {
      guard let number = index.int, (0...255).contains(number) else {
        throw error(index, "\(path).256", found: quoted(index), allowed: "a number from 0 to 255")
      }
      paint.index256 = UInt8(number)
    }
    if let name = mapping["16"] {
      guard let number = Paint.names16.firstIndex(of: name.scalar?.string ?? "") else {
        let names = Paint.names16.joined(separator: ", ")
        throw error(name, "\(path).16", found: quoted(name), allowed: "one of \(names)")
      }
      paint.index16 = UInt8(number)
    }
    return paint
  }

  private func hex(_ text: String?) -> (UInt8, UInt8, UInt8)? {
    guard let text, text.hasPrefix("#"), text.count == 7, let value = UInt32(text.dropFirst(), radix: 16) else {
      return nil
    }
    return (UInt8(value >> 16), UInt8(value >> 8 & 0xFF), UInt8(value & 0xFF))
  }

  private func attributes(_ mapping: Node.Mapping, _ key: String, at path: String) throws -> Style.Attributes {
    guard let node = mapping[key] else { return [] }
    let entries: [Node]
    switch node {
    case .sequence(let list): entries = Array(list)
    default: entries = [node]
    }
    var result: Style.Attributes = []
    for entry in entries {
      guard let attribute = Self.attributes.first(where: { $0.0 == entry.scalar?.string })?.1 else {
        throw error(
          entry, join(path, key), found: quoted(entry), allowed: "bold, dim, reverse, underline or a list of these")
      }
      result.insert(attribute)
    }
    return result
  }

  private func join(_ path: String, _ key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }

  private func quoted(_ node: Node) -> String {
    node.scalar.map { "\"\(shortened($0.string))\"" } ?? "a \(kind(node))"
  }
}
