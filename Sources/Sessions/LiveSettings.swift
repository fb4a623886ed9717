import Recipe
import RunEvents

extension SessionFile {
  /// Values that may change while a run goes on, and what a front end offers for each.
  package static let liveEdits: [String: LiveEdit] = [
    "optimizer.learning_rate_scale": LiveEdit(
      kind: .number, allowed: OptimizerSettings.scales.wanted, choices: ["0.1", "0.3", "0.5", "1", "1.5", "2", "3"]),
    "optimizer.clip_gradient": LiveEdit(
      kind: .number, allowed: "\(OptimizerSettings.clips.wanted), or none", choices: ["none", "0.3", "1", "3", "10"]),
    "mask.masked": LiveEdit(
      kind: .amount, allowed: SettingType<MaskSettings.Amount>.amount.wanted,
      choices: ["0.2", "0.3", "0.4", "0.5", "0.6", "0.75"]),
    "objective.tokens": LiveEdit(
      kind: .choice, allowed: alternatives(LossTokens.allCases.map(\.rawValue)),
      choices: LossTokens.allCases.map(\.rawValue)),
    "schedule.eval_every": LiveEdit(
      kind: .count, allowed: "a whole number of steps, 0 for none on the way",
      choices: ["0", "50", "100", "200", "500", "1000"]),
  ]

  /// Whether and how a value may change while a run goes on.
  package static func liveEdit(of key: String) -> LiveEdit? {
    if let edit = liveEdits[key] { return edit }
    let parts = key.split(separator: ".")
    guard parts.count == 3, parts[0] == "guidance", parts[2] == "share" else { return nil }
    return LiveEdit(kind: .number, allowed: "a number from 0 to 1000", choices: ["0", "0.25", "0.5", "1", "2", "4"])
  }

  /// Keys of this session whose values may change while a run goes on.
  package var liveKeys: [String] {
    values.map(\.keyPath).filter { SessionFile.liveEdit(of: $0) != nil }.sorted()
  }

  /// The session with one live value changed.
  ///
  /// - Throws: ``SessionError`` if the key may not change live, or the value does not fit.
  package func changing(_ key: String, to value: String) throws -> SessionFile {
    guard SessionFile.liveEdit(of: key) != nil else {
      let keys = SessionFile.liveEdits.keys.sorted() + ["guidance.NAME.share"]
      throw SessionError(
        .badValue, keyPath: key,
        "\(key) cannot change while a run goes on; what can is \(keys.joined(separator: ", ")).")
    }
    do {
      return try SessionFile(yaml: json, file: "the session", overrides: ["\(key)=\(value)"])
    } catch let error as SessionError {
      // A front end's edit is no command line.
      let prefix = SettingNode.Origin.argument("\(key)=\(value)").text + ": "
      throw SessionError(
        error.kind, keyPath: key,
        error.description.hasPrefix(prefix) ? String(error.description.dropFirst(prefix.count)) : error.description)
    }
  }

  /// The text of a value by its dotted key path.
  package func text(of key: String) -> String? { values.first { $0.keyPath == key }?.text }

  /// Every value with how it may be changed.
  package var configuration: [ConfigurationValue] {
    values.map { ConfigurationValue(key: $0.keyPath, value: $0.text, edit: SessionFile.liveEdit(of: $0.keyPath)) }
  }
}
