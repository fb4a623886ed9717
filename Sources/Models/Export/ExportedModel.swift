import Files
import Foundation
import Tensors

/// What a library is given of a model: its class, arrays under its names, and its configuration.
package struct ExportedModel {
  /// The library's class: `timm.models.beit.Beit`.
  package let className: String
  /// What the model has and the class has no place for, a few words each.
  package var leftOut: [String]
  /// Text of `config.json`.
  package let configuration: String
  /// Text of `preprocessor_config.json`; nil where the library has none.
  package let preprocessor: String?
  let tensors: [PortableTensor]

  /// Writes `model.safetensors` and the configurations into a folder that is there.
  package func write(to folder: URL) throws {
    try writeSafetensors(
      tensors.map(\.stored), metadata: ["format": "pt"], to: folder.appendingPathComponent("model.safetensors"))
    try writeConfigurations(to: folder)
  }

  package func writeConfigurations(to folder: URL) throws {
    try writeText(configuration, to: folder.appendingPathComponent("config.json"))
    if let preprocessor { try writeText(preprocessor, to: folder.appendingPathComponent("preprocessor_config.json")) }
  }

  /// Writes a state dict as torch.save does.
  package func writeTorch(to file: URL) throws {
    do { try TorchWriter.write(tensors, to: file.path) } catch let reason as FileError {
      throw Self.unwritten(file, reason)
    }
  }

  private func writeText(_ text: String, to file: URL) throws {
    do { try writeFile(Data(text.utf8), to: file.path) } catch let reason as FileError {
      throw Self.unwritten(file, reason)
    }
  }

  private static func unwritten(_ file: URL, _ reason: FileError) -> CheckpointError {
    .file(
      file.path, "cannot be written (\(reason)), check that the folder exists, is writable and has room",
      underlying: reason)
  }

  /// JSON of plain values, keys sorted; a `Double` keeps its point, as readers that check types want.
  static func json(_ value: [String: Any]) -> String { text(value, margin: "") + "\n" }

  private static func text(_ value: Any, margin: String) -> String {
    let inner = margin + "  "
    switch value {
    case let members as [String: Any]:
      guard !members.isEmpty else { return "{}" }
      let lines = members.sorted { $0.key < $1.key }.map {
        "\(inner)\(quoted($0.key)): \(text($0.value, margin: inner))"
      }
      return "{\n\(lines.joined(separator: ",\n"))\n\(margin)}"
    case let items as [Any]: return "[\(items.map { text($0, margin: inner) }.joined(separator: ", "))]"
    case let text as String: return quoted(text)
    case let flag as Bool: return flag ? "true" : "false"
    case let number as Int: return "\(number)"
    case let number as Double: return "\(number)"
    default: return "null"
    }
  }

  /// The shortest decimal number that is the same float.
  static func decimal(_ value: Float) -> Any { Double("\(value)") ?? Double(value) }
}
