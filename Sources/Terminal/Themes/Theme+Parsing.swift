import Canvas
import Files
import Yams

extension Theme {
  /// Reads a theme file. Roles that it leaves out look as in `base`.
  ///
  /// - Parameters:
  ///   - yaml: The text of the file; `themes/default.yaml` explains the keys.
  ///   - file: How errors name the file.
  ///   - base: Finds the theme that the file names under `base`, `default` where it names none.
  package init(yaml: String, file: String, base: (String) throws -> Theme?) throws {
    if let problem = YAMLLimits.problem(in: yaml) { throw ThemeError("\(file) \(problem).") }
    let root: Node?
    do {
      root = try Yams.compose(yaml: yaml)
    } catch let error as YamlError {
      throw ThemeError("\(file) is not YAML: \(shortened(Self.oneLine("\(error)"), to: 300)).")
    }
    guard let root, case .mapping(let top) = root else {
      throw ThemeError(
        "\(file) holds no theme: expected the keys name, about, background, base, glyphs, color and roles.")
    }
    let reader = ThemeReader(file: file)
    try reader.checkKeys(top, ["name", "about", "background", "base", "glyphs", "color", "roles"], at: "")
    let baseName = try reader.text(top, "base", at: "")
    let parent = try base(baseName ?? "default")
    if let baseName, parent == nil {
      throw reader.error(top["base"], "base", found: shortened(baseName), allowed: "the name of another theme")
    }
    name = try reader.text(top, "name", at: "") ?? parent?.name ?? "default"
    about = try reader.text(top, "about", at: "") ?? ""
    ground = try reader.choice(top, "background") ?? parent?.ground ?? .any
    let wishedGlyphs = try reader.text(top, "glyphs", at: "")
    glyphs = wishedGlyphs == "auto" ? nil : try reader.choice(top, "glyphs", besides: ["auto"])
    usesColor = try reader.flag(top, "color", at: "") ?? parent?.usesColor ?? true
    specs = parent?.specs ?? [:]
    guard let roles = top["roles"] else { return }
    guard case .mapping(let mapping) = roles else {
      throw reader.error(
        roles, "roles", found: "a \(reader.kind(roles))", allowed: "a mapping from role to how it is drawn")
    }
    try reader.checkKeys(mapping, Role.allCases.map(\.rawValue), at: "roles")
    for role in Role.allCases {
      if let node = mapping[role.rawValue] { specs[role] = try reader.paintSpec(node, at: "roles.\(role.rawValue)") }
    }
  }

  private static func oneLine(_ text: String) -> String {
    text.split(whereSeparator: \.isNewline).map { $0.trimmingPrefix(while: \.isWhitespace) }.joined(separator: ", ")
  }
}
