import Recipe
import Tensors

/// A small vision transformer over a map of codes, a token for each of them and CLS, with learned positions.
///
/// Source: microsoft/unilm, `beit2/modeling_vqkd.py`: its decoder is a ViT with patches of one code.
package struct CodeDecoder: Module {
  private static let epsilon: Float = 1e-6

  /// [W -> D]
  package let embedding: Linear
  /// [D]
  package let clsToken: Tensor
  /// [1 + M, D]
  package let positions: Tensor
  package let blocks: [Block]
  package let norm: LayerNorm

  /// - Parameters:
  ///   - inputs: W, values of a code.
  ///   - grid: codes along a side.
  ///   - initialValues: `.width` spreads by the width, any other as BEiT.
  init(_ shape: DecoderShape, inputs: Int, grid: PlaneSize, initialValues: InitialValues, in scope: ParameterScope) {
    let width = shape.width
    let byWidth = initialValues == .width
    let narrow = 1 / Float(width).squareRoot()
    let block = BlockShape(
      width: width, heads: shape.heads, hidden: 4 * width, activation: .gelu, layerNormEpsilon: Self.epsilon,
      qkvBias: .queryValue)
    embedding = Linear(
      inputs, width, in: scope.child("embed"), weight: byWidth ? .normal(standardDeviation: 1) : .beit)
    let token: Initialization = byWidth ? .normal(standardDeviation: narrow) : .beit
    clsToken = scope.parameter("cls_token", [width], token)
    positions = scope.parameter("pos_embed", [1 + grid.area, width], token)
    blocks = (0..<shape.depth).map {
      Block(
        block, in: scope.child("blocks.\($0)"),
        initialization: byWidth ? .byWidth(width, depth: shape.depth) : .beit(block: $0))
    }
    norm = LayerNorm(width, epsilon: Self.epsilon, in: scope.child("norm"))
  }

  /// - Parameter codes: [B, M, W]
  /// - Returns: [B, M, D], without CLS
  package func callAsFunction(_ codes: Tensor) -> Tensor {
    var x = assembleTokens(
      patches: embedding(codes), cls: clsToken, maskToken: nil, mask: nil, position: positions)
    for block in blocks { x = block(x) }
    return patchTokens(norm(x))
  }

  package func parameters(prefix: String) -> [NamedTensor] {
    embedding.parameters(prefix: joined(prefix, "embed"))
      + [
        NamedTensor(name: joined(prefix, "cls_token"), tensor: clsToken),
        NamedTensor(name: joined(prefix, "pos_embed"), tensor: positions),
      ]
      + blocks.enumerated().flatMap { $0.element.parameters(prefix: joined(prefix, "blocks.\($0.offset)")) }
      + norm.parameters(prefix: joined(prefix, "norm"))
  }
}

extension BlockInitialization {
  /// openai/CLIP's spreads, which follow the width (`clip/model.py`, `initialize_parameters`).
  /// - Parameter depth: blocks that write into the residual stream.
  static func byWidth(_ width: Int, depth: Int) -> BlockInitialization {
    let narrow = 1 / Float(width).squareRoot()
    let residual = Initialization.normal(standardDeviation: narrow / Float(2 * depth).squareRoot())
    return BlockInitialization(
      qkv: .normal(standardDeviation: narrow), projection: residual,
      fc1: .normal(standardDeviation: narrow / Float(2).squareRoot()), fc2: residual)
  }
}
