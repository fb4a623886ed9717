import Files
import Foundation
import Recipe
import Tensors

/// What a library is given of a model: its class, arrays under its names, and its configuration.
package struct ExportedModel {
  /// What has the numbers.
  enum Weights {
    case safetensors([PortableTensor])
    case torch([PortableTensor])
    case onnx(OnnxGraph)
  }

  /// The library's class: `timm.models.beit.Beit`.
  package let className: String
  /// What the model has and the class has no place for, a few words each.
  package var leftOut: [String]
  /// The name that the library looks for in a folder.
  package private(set) var weightsName = "model.safetensors"
  /// The same of the configuration.
  private(set) var configurationName = "config.json"
  /// Text of the configuration; empty where the library has none.
  package let configuration: String
  /// Text of `preprocessor_config.json`; nil where the library has none.
  package let preprocessor: String?
  let weights: Weights

  init(
    className: String, leftOut: [String], weights: Weights, weightsName: String = "model.safetensors",
    configuration: String = "", configurationName: String = "config.json", preprocessor: String? = nil
  ) {
    self.className = className
    self.leftOut = leftOut
    self.weights = weights
    self.weightsName = weightsName
    self.configuration = configuration
    self.configurationName = configurationName
    self.preprocessor = preprocessor
  }

  /// Writes weights and configurations into a folder that is there.
  /// - Returns: see ``writeWeights(to:card:mostInside:)``
  package func write(to folder: URL) throws -> String? {
    let second = try writeWeights(to: folder.appendingPathComponent(weightsName))
    if !configuration.isEmpty { try writeText(configuration, to: folder.appendingPathComponent(configurationName)) }
    if let preprocessor { try writeText(preprocessor, to: folder.appendingPathComponent("preprocessor_config.json")) }
    return second
  }

  /// Writes a file of the weights alone.
  /// - Parameters:
  ///   - card: a text about the model, which ONNX has room for.
  ///   - mostInside: bytes of arrays that a file of ONNX may have; the others are written into `NAME.data`.
  /// - Returns: the path of a second file that belongs to it; nil for none.
  @discardableResult
  package func writeWeights(to file: URL, card: String = "", mostInside: Int = OnnxFile.mostInside) throws -> String? {
    do {
      switch weights {
      case .safetensors(let tensors):
        try writeSafetensors(tensors.map(\.stored), metadata: ["format": "pt"], to: file)
      case .torch(let tensors): try TorchWriter.write(tensors, to: file.path)
      case .onnx(var graph):
        graph.card = card
        return try OnnxFile.write(graph, to: file.path, mostInside: mostInside)
      }
      return nil
    } catch let reason as FileError {
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

  /// `224`, or `[128, 64]`: height, then width.
  static func size(_ size: PlaneSize) -> Any { size.isSquare ? size.height : [size.height, size.width] }

  /// The shortest decimal number that is the same float.
  static func decimal(_ value: Float) -> Any { Double("\(value)") ?? Double(value) }
}
