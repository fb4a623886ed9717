import RunEvents

/// What `mvp ablate SESSION` compares where it is not told otherwise: section `ablation`.
package struct AblationSettings: Equatable, Sendable {
  /// What a cell is: the title of its column.
  package var over = "cell"
  package var cells: [Cell] = []

  package struct Cell: Equatable, Sendable {
    package var name: String
    /// `KEY.PATH=VALUE`, what its session says otherwise.
    package var values: [String]
  }

  package init() {}

  /// nil where there is nothing to compare.
  package var axis: AblationPlan.Axis? {
    cells.isEmpty
      ? nil : AblationPlan.Axis(key: over, values: cells.map(\.name), settings: cells.map(\.values))
  }
}

extension AblationSettings: SessionSection {
  private static let longest = 24

  static var settings: [Setting<Self>] {
    [
      Setting("over", \.over, .text("what a cell is, in a word")),
      Setting(
        "cells", read: { node, path, reader, section in section.cells = try read(node, path, reader) },
        write: { section in
          SettingNode(
            .map(
              section.cells.map { cell in
                .init(key: cell.name, origin: .program, value: SettingNode(.list(cell.values.map { .text($0) })))
              }))
        }),
    ]
  }

  private static func read(_ node: SettingNode, _ path: String, _ reader: SettingReader) throws -> [Cell] {
    try reader.entries(node, path, keys: []).map { entry in
      let keyPath = SettingReader.join(path, entry.key)
      reader.note(entry.origin, at: keyPath)
      guard (1...longest).contains(entry.key.count) else {
        throw SessionError(
          .badValue, keyPath: keyPath, line: entry.origin.line,
          "\(entry.origin.text): \(path) has the cell \"\(entry.key.prefix(80))\"; its name must have 1 to \(longest) characters."
        )
      }
      let values = try reader.value(entry.value, keyPath, .words(outOf: nil))
      if let wrong = values.first(where: { !$0.contains("=") }) {
        throw SessionError(
          .badValue, keyPath: keyPath, line: entry.origin.line,
          "\(entry.origin.text): \(keyPath) has \(wrong.prefix(80)); write KEY=VALUE, such as guidance.start=dino.")
      }
      return Cell(name: entry.key, values: values)
    }
  }
}
