import Foundation
import Recipe
import Tensors

/// Targets that are codes: each patch is one of some classes, and CLS none.
extension Objective {
  /// In place of a code where a token has none.
  package static let noCode: Float = -1

  /// The codes of some targets, -1 where a token has none.
  /// - Parameter targets: [..., 1]
  static func codes(of targets: Tensor) -> [Int32] {
    targets.array().map { $0.isFinite && $0 >= 0 ? Int32($0) : Int32(noCode) }
  }

  /// Mean cross-entropy of the tokens that count and have a code, a scalar with history; 0 where there is none.
  /// - Parameters:
  ///   - logits: [R, codes]
  ///   - targets: [R, 1]
  ///   - weights: R entries, 0 for tokens that do not count; nil: all do.
  static func codeLoss(_ logits: Tensor, _ targets: Tensor, weights: [Float]?) -> Tensor {
    let codes = codes(of: targets)
    let counted = codes.indices.filter { codes[$0] >= 0 && (weights?[$0] ?? 1) > 0 }
    guard !counted.isEmpty else { return .zeros([1], device: logits.device) }
    if counted.count == codes.count { return crossEntropy(logits, labels: codes) }
    return crossEntropy(gatherRows(logits, counted.map { Int32($0) }), labels: counted.map { codes[$0] })
  }

  /// The cross-entropy of every token by itself; nan where it has no code.
  static func codeLosses(_ logits: Tensor, _ targets: Tensor) -> [Float] {
    let codes = codes(of: targets)
    let width = logits.shape[logits.shape.count - 1]
    let values = logits.detached().float32().array()
    return codes.enumerated().map { row, code in
      guard code >= 0, code < width else { return .nan }
      let own = values[row * width..<(row + 1) * width]
      let largest = own.max() ?? 0
      let sum = own.reduce(Float(0)) { $0 + exp($1 - largest) }
      return log(sum) + largest - values[row * width + Int(code)]
    }
  }
}

extension Objective {
  /// - Throws: ``TrainerError`` where no guidance of a run can have such an objective.
  func check(_ guidances: [any Guidance]) throws {
    let areCodes = guidances.map { $0.codes != nil }
    if kind == .crossEntropy, !areCodes.contains(true) {
      throw TrainerError.codes(
        key: "loss", value: kind.rawValue,
        advice: "which compares codes, but no target of this run is one: choose "
          + LossKind.allCases.filter { $0 != .crossEntropy }.map(\.rawValue).joined(separator: ", "))
    }
    guard areCodes.allSatisfy({ $0 }) else { return }
    if kind != .crossEntropy {
      throw TrainerError.codes(
        key: "loss", value: kind.rawValue,
        advice: "but all targets of this run are codes: set it to \(LossKind.crossEntropy.rawValue)")
    }
    if tokens.hasCLS {
      throw TrainerError.codes(
        key: "tokens", value: tokens.rawValue,
        advice: "but CLS has no code, and all targets of this run are codes: set it to "
          + LossTokens.allCases.filter { !$0.hasCLS }.map(\.rawValue).joined(separator: " or "))
    }
    if targets != .raw {
      throw TrainerError.codes(
        key: "targets", value: targets.rawValue,
        advice: "but all targets of this run are codes, which have no mean: set it to \(TargetForm.raw.rawValue)")
    }
  }
}
