import Recipe
import Tensors

/// MAE's decoder: a narrow transformer over the tokens of all patches, mask tokens in the place of those that the
/// student did not see, fixed positions added, and a linear layer to the values of a patch.
///
/// Source: facebookresearch/mae, `models_mae.py`; names are those of that file without `decoder_`.
package struct PatchDecoder: Module {
  /// [D -> W]
  package let embedding: Linear
  /// [W]; nil where every patch has a token, as a dense encoding leaves it.
  package let maskToken: Tensor?
  /// [1 + M, W], sines and cosines, not trained.
  package let positions: Tensor
  package let blocks: [Block]
  package let norm: LayerNorm
  /// [W -> outputs]
  package let prediction: Linear

  /// - Parameters:
  ///   - inputs: D, features of a student's token.
  ///   - outputs: values of a prediction.
  ///   - grid: patches of a picture.
  ///   - hasMaskToken: whether there are patches without a token.
  ///   - name: first part of the parameters' names, on which their initial values depend.
  package init(
    _ shape: DecoderShape, inputs: Int, outputs: Int, grid: PlaneSize, hasMaskToken: Bool, name: String,
    device: any ComputeDevice, seed: UInt64
  ) {
    self.init(
      shape, inputs: inputs, outputs: outputs, grid: grid, hasMaskToken: hasMaskToken, device: device,
      in: ParameterScope(name: name, device: device, seed: seed))
  }

  private init(
    _ shape: DecoderShape, inputs: Int, outputs: Int, grid: PlaneSize, hasMaskToken: Bool, device: any ComputeDevice,
    in scope: ParameterScope
  ) {
    let width = shape.width
    let block = BlockShape(
      width: width, heads: shape.heads, hidden: 4 * width, activation: .gelu, layerNormEpsilon: 1e-6)
    embedding = Linear(inputs, width, in: scope.child("embed"), weight: .xavier(inputs, width))
    maskToken = hasMaskToken ? scope.parameter("mask_token", [width], .maeToken) : nil
    positions = Tensor(
      sinCosPositions(grid: grid, width: width), shape: [1 + grid.area, width], device: device)
    blocks = (0..<shape.depth).map {
      Block(block, in: scope.child("blocks.\($0)"), initialization: .xavier(width: width, hidden: block.hidden))
    }
    norm = LayerNorm(width, epsilon: block.layerNormEpsilon, in: scope.child("norm"))
    prediction = Linear(width, outputs, in: scope.child("pred"), weight: .xavier(width, outputs))
  }

  /// Names and shapes of all parameters of a decoder behind a sparse encoding, without making any.
  package static func parameterShapes(
    of shape: DecoderShape, inputs: Int, outputs: Int, device: any ComputeDevice
  ) -> [(name: String, shape: [Int])] {
    let recorder = ShapeRecorder(device: device)
    _ = PatchDecoder(
      shape, inputs: inputs, outputs: outputs, grid: 1, hasMaskToken: true, device: device, in: ParameterScope(recorder)
    )
    return recorder.shapes
  }

  /// - Parameters:
  ///   - tokens: [B, 1+V, D] of the visible patches, or [B, 1+M, D] of all, CLS first
  ///   - visible: which patches the tokens are of; nil: all
  ///   - rows: the tokens that are predicted, numbers among the B * (1+M), as many of each picture; nil: all
  ///   - recomputes: keeps only every block's input for the backward pass, which computes the blocks again
  ///   - observe: is given what each stage makes, by its name
  /// - Returns: [B, 1+M, outputs], or [rows, outputs]
  package func callAsFunction(
    _ tokens: Tensor, visible: VisiblePatches?, rows: [Int32]? = nil, recomputes: Bool = false,
    observe: ((_ stage: String, _ values: Tensor) -> Void)? = nil
  ) -> Tensor {
    var x = addPosition(everyPatch(embedding(tokens), visible), positions)
    observe?("decoder embedding", x)
    for (index, block) in blocks.enumerated() {
      let rows = index == blocks.count - 1 ? rows : nil
      x =
        recomputes
        ? block.recomputed(x, positionBias: nil, keep: nil, rows: rows) : block(x, rows: rows)
      observe?("decoder block \(index + 1)", x)
    }
    return prediction(norm(x, output: x.device.precision))
  }

  /// [B, 1+V, W] -> [B, 1+M, W]: every token at its place, the mask token at the others.
  private func everyPatch(_ tokens: Tensor, _ visible: VisiblePatches?) -> Tensor {
    guard let visible, let maskToken else { return tokens }
    let width = tokens.shape[2]
    let seen = visible.pictures * (1 + visible.each)
    let all = concatenateRows([tokens.reshaped([seen, width]), maskToken.reshaped([1, width])])
    return gatherRows(all, visible.sources(unseen: Int32(seen))).reshaped([
      visible.pictures, 1 + visible.patches, width,
    ])
  }

  package func parameters(prefix: String) -> [NamedTensor] {
    let token = maskToken.map { [NamedTensor(name: joined(prefix, "mask_token"), tensor: $0)] } ?? []
    return embedding.parameters(prefix: joined(prefix, "embed")) + token
      + blocks.enumerated().flatMap { $0.element.parameters(prefix: joined(prefix, "blocks.\($0.offset)")) }
      + norm.parameters(prefix: joined(prefix, "norm")) + prediction.parameters(prefix: joined(prefix, "pred"))
  }
}
