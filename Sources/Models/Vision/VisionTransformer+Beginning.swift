import Recipe
import Tensors

extension VisionTransformer {
  /// Takes the values of another model of the same sizes, so that both give the same features where this one has a
  /// place for all that the other has.
  ///
  /// A bias that the other lacks is 0 here, a layer scale 1; a layer scale that this one lacks goes into the weights
  /// before it; a bias of the keys, which attention does not feel, is left out where there is no place for it.
  /// - Parameters:
  ///   - theirs: how pixels are normalised for the other
  ///   - mine: how they are for this one: the patch embedding takes the difference into itself
  /// - Returns: what begins fresh, and what has no place here, a few words each.
  package func begin(
    from other: VisionTransformer, normalized theirs: PixelNormalization, for mine: PixelNormalization
  ) -> (fresh: [String], leftOut: [String]) {
    let adapts = other.configuration.channels != configuration.channels
    let fresh = takeValues(of: other)
    if adapts {
      takePatchEmbedding(of: other, normalized: theirs, for: mine)
    } else {
      embed(pixelsNormalized: mine, asIf: theirs)
    }
    return (fresh.filter { !adapts || $0 != "patch_embed.proj.weight" }, leftOut(of: other))
  }

  /// - Returns: what begins fresh.
  private func takeValues(of other: VisionTransformer) -> [String] {
    let theirs = Dictionary(
      (other.parameters() + (other.positions.map { [NamedTensor(name: "pos_embed", tensor: $0)] } ?? [])).map {
        ($0.name, $0.tensor)
      }, uniquingKeysWith: { first, _ in first })
    var fresh: [String] = []
    for parameter in parameters() {
      if let values = values(for: parameter.name, of: theirs), values.count == parameter.tensor.count {
        parameter.tensor.write(values)
      } else if let name = Self.words(parameter.name), !fresh.contains(name) {
        fresh.append(name)
      }
    }
    return fresh
  }

  /// Changes the patch embedding so that pixels normalised in one way give what they gave normalised in another.
  private func embed(pixelsNormalized mine: PixelNormalization, asIf theirs: PixelNormalization) {
    guard mine != theirs, let bias = patchEmbedding.bias else { return }
    var (weights, offsets) = (patchEmbedding.weight.array(), bias.array())
    let (channels, area) = (configuration.channels, configuration.patchSize * configuration.patchSize)
    for output in offsets.indices {
      for channel in 0..<channels {
        let deviation = theirs.standardDeviation[channel]
        let (factor, shift) = (
          mine.standardDeviation[channel] / deviation, (mine.mean[channel] - theirs.mean[channel]) / deviation
        )
        let start = (output * channels + channel) * area
        for place in start..<start + area {
          offsets[output] += weights[place] * shift
          weights[place] *= factor
        }
      }
    }
    patchEmbedding.weight.write(weights)
    bias.write(offsets)
  }

  /// nil: a fresh value stays.
  private func values(for name: String, of theirs: [String: Tensor]) -> [Float]? {
    if let same = theirs[name] {
      let block = name.split(separator: ".").prefix(2).joined(separator: ".")
      switch name {
      case _ where name.hasPrefix("\(block).attn.proj."):
        return folded(same.array(), theirs["\(block).gamma_1"], kept: configuration.layerScale)
      case _ where name.hasPrefix("\(block).mlp.fc2."):
        return folded(same.array(), theirs["\(block).gamma_2"], kept: configuration.layerScale)
      default: return same.array()
      }
    }
    let stem = name.split(separator: ".").dropLast().joined(separator: ".")
    let width = configuration.width
    let zeros = [Float](repeating: 0, count: width)
    switch name.split(separator: ".").last {
    case "gamma_1", "gamma_2": return [Float](repeating: 1, count: width)
    case "q_bias": return theirs["\(stem).qkv.bias"].map { Array($0.array().prefix(width)) } ?? zeros
    case "v_bias": return theirs["\(stem).qkv.bias"].map { Array($0.array().suffix(width)) } ?? zeros
    case "bias" where name.hasSuffix("attn.qkv.bias"):
      let attention = String(stem.dropLast(".qkv".count))
      return (theirs["\(attention).q_bias"]?.array() ?? zeros) + zeros
        + (theirs["\(attention).v_bias"]?.array() ?? zeros)
    case "bias" where name == "patch_embed.proj.bias": return zeros
    case "pos_embed": return [Float](repeating: 0, count: configuration.tokens * width)
    default: return nil
    }
  }

  /// Rows multiplied with a layer scale that has no place of its own.
  private func folded(_ values: [Float], _ scale: Tensor?, kept: Float?) -> [Float] {
    guard kept == nil, let scale = scale?.array(), !scale.isEmpty, values.count.isMultiple(of: scale.count) else {
      return values
    }
    let row = values.count / scale.count
    return values.indices.map { values[$0] * scale[$0 / row] }
  }

  private static func words(_ name: String) -> String? {
    switch name {
    case "mask_token": "the mask token"
    case "cls_token": "the CLS token"
    case "norm.weight", "norm.bias": "the final norm"
    case _ where name.hasSuffix("relative_position_bias_table"): nil
    default: name
    }
  }

  private func leftOut(of other: VisionTransformer) -> [String] {
    var parts: [String] = []
    if other.registers != nil, registers == nil { parts.append("its registers") }
    if other.pooler != nil, pooler == nil { parts.append("its attention pooling") }
    if other.configuration.activation == .tanhGELU, configuration.activation == .gelu {
      parts.append("its tanh form of GELU, as the student has the exact one, from which it differs by less than 0.001")
    }
    if let theirs = other.positions, !isSame(theirs, positions), configuration.positions != .learned {
      parts.append("its absolute positions (student.positions: learned keeps them)")
    }
    let hasTable = relativePositionTable != nil
    if other.configuration.blockPositionTables {
      parts.append("its relative positions by block, as the student has one table for all")
    } else if other.configuration.relativePositionBias, !hasTable {
      parts.append("its relative positions (student.relative_position_bias: on keeps them)")
    }
    return parts
  }

  /// Whether fixed positions are those that the other file stores.
  private func isSame(_ theirs: Tensor, _ mine: Tensor?) -> Bool {
    guard let mine, mine.count == theirs.count else { return false }
    return zip(mine.array(), theirs.array()).allSatisfy { abs($0 - $1) < 1e-3 }
  }
}
