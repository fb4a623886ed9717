import Foundation
import Tensors

/// CLIP's text tower: token embedding and positions, causal blocks, final norm, and a projection of the end token.
///
/// Source: openai/CLIP `clip/model.py` (`CLIP.encode_text`, `initialize_parameters`).
package final class TextTransformer: Module {
  package let configuration: TextTransformerConfiguration
  package let device: any ComputeDevice
  /// [V, D]
  package let tokenEmbedding: Tensor
  /// [L, D]
  package let positions: Tensor
  package let blocks: [Block]
  package let finalNorm: LayerNorm
  /// [D -> P], without bias
  package let projection: Linear

  /// A fresh tower with CLIP's initialisation.
  package convenience init(_ configuration: TextTransformerConfiguration, device: any ComputeDevice, seed: UInt64) {
    self.init(configuration, device: device, source: RandomParameters(device: device, seed: seed))
  }

  init(_ configuration: TextTransformerConfiguration, device: any ComputeDevice, source: any ParameterSource) {
    let scope = ParameterScope(source)
    let width = configuration.width
    self.configuration = configuration
    self.device = device
    tokenEmbedding = scope.parameter(
      "token_embedding.weight", [configuration.vocabularySize, width], .normal(standardDeviation: 0.02))
    positions = scope.parameter(
      "positional_embedding", [configuration.contextLength, width], .normal(standardDeviation: 0.01))
    let narrow = 1 / Float(width).squareRoot()
    let residual = Initialization.normal(standardDeviation: narrow / Float(2 * configuration.depth).squareRoot())
    let initialization = BlockInitialization(
      qkv: .normal(standardDeviation: narrow), projection: residual,
      fc1: .normal(standardDeviation: 1 / Float(2 * width).squareRoot()), fc2: residual)
    blocks = (0..<configuration.depth).map {
      Block(configuration.block, in: scope.child("blocks.\($0)"), initialization: initialization)
    }
    finalNorm = LayerNorm(width, epsilon: configuration.layerNormEpsilon, in: scope.child("ln_final"))
    projection = Linear(
      width, configuration.projection, bias: false, in: scope.child("text_projection"),
      weight: .normal(standardDeviation: narrow))
  }

  package func parameters(prefix: String) -> [NamedTensor] {
    [
      NamedTensor(name: joined(prefix, "token_embedding.weight"), tensor: tokenEmbedding),
      NamedTensor(name: joined(prefix, "positional_embedding"), tensor: positions),
    ]
      + blocks.enumerated().flatMap { $1.parameters(prefix: joined(prefix, "blocks.\($0)")) }
      + finalNorm.parameters(prefix: joined(prefix, "ln_final"))
      + projection.parameters(prefix: joined(prefix, "text_projection"))
  }

  static func parameterShapes(
    of configuration: TextTransformerConfiguration, device: any ComputeDevice
  ) -> [(name: String, shape: [Int])] {
    let recorder = ShapeRecorder(device: device)
    _ = TextTransformer(configuration, device: device, source: recorder)
    return recorder.shapes
  }

  /// One feature a text: the projected end token.
  /// - Parameter texts: token numbers as a `Tokenizer` encodes them, all of one length of at most `contextLength`.
  /// - Returns: [B, P], not normalised
  package func features(_ texts: [[Int32]]) -> Tensor {
    let length = texts.first?.count ?? 0
    precondition(
      length > 0 && length <= configuration.contextLength && texts.allSatisfy { $0.count == length },
      "TextTransformer: texts must be of one length up to \(configuration.contextLength)")
    let width = configuration.width
    let embedded = gatherRows(tokenEmbedding, texts.flatMap { $0 }).reshaped([texts.count, length, width])
    var x = addPosition(embedded, gatherRows(positions, (0..<Int32(length)).map { $0 }))
    for block in blocks { x = block(x) }
    let rows = texts.enumerated().map { Int32($0 * length + endPosition($1)) }
    return projection(finalNorm(gatherRows(x.reshaped([texts.count * length, width]), rows)))
  }

  /// Where the text ends: the first end token, or the highest number if there is none.
  private func endPosition(_ text: [Int32]) -> Int {
    text.firstIndex(of: configuration.endToken) ?? text.indices.max { text[$0] < text[$1] } ?? 0
  }
}
