import Recipe
import Tensors

/// CAE's way from the latents of visible patches to predictions of masked ones: a regressor, whose queries begin as
/// mask tokens and look at visible patches and at each other, gives the latents that an encoder would have made of the
/// masked patches; a decoder of plain blocks turns these into predictions, without looking at visible patches again.
///
/// Source: lxtGH/CAE, `models/modeling_cae_helper.py` (`VisionTransformerNeck`), `models/modeling_cae.py`; names are
/// those of that file.
package struct ContextRegressor: Module {
  /// [D]
  package let maskToken: Tensor
  /// [1 + M, D], sines and cosines with the row before the column, not trained.
  package let positions: Tensor
  package let regressor: [RegressorBlock]
  /// After the regressor: its outputs are the latents.
  package let norm: LayerNorm
  package let decoder: [Block]
  package let decoderNorm: LayerNorm
  /// [D -> outputs]
  package let prediction: Linear

  /// - Parameters:
  ///   - student: has width, heads, biases, layer scale and initial values.
  ///   - outputs: values of a prediction.
  ///   - name: first part of the parameters' names, on which their initial values depend.
  package init(
    _ shape: RegressorShape, of student: VisionTransformerConfiguration, outputs: Int, name: String,
    device: any ComputeDevice, seed: UInt64
  ) {
    self.init(
      shape, of: student, outputs: outputs, device: device, in: ParameterScope(name: name, device: device, seed: seed))
  }

  private init(
    _ shape: RegressorShape, of student: VisionTransformerConfiguration, outputs: Int, device: any ComputeDevice,
    in scope: ParameterScope
  ) {
    let (width, grid, epsilon) = (student.width, student.grid, student.layerNormEpsilon)
    var block = student.block
    block.positionRows = nil
    maskToken = scope.parameter("mask_token", [width], .beit)
    positions = Tensor(
      sinCosPositions(grid: grid, width: width, rowsFirst: true), shape: [1 + grid.area, width], device: device)
    regressor = (0..<shape.depth).map {
      RegressorBlock(
        block, in: scope.child("regressor_blocks.\($0)"), initialization: student.initialization(ofBlock: $0),
        isXavier: student.hasXavierLayers)
    }
    norm = LayerNorm(width, epsilon: epsilon, in: scope.child("norm"))
    decoder = (0..<shape.decoderDepth).map {
      Block(block, in: scope.child("decoder_blocks.\($0)"), initialization: student.initialization(ofBlock: $0))
    }
    decoderNorm = LayerNorm(width, epsilon: epsilon, in: scope.child("norm2"))
    prediction = Linear(
      width, outputs, in: scope.child("head"), weight: student.hasXavierLayers ? .xavier(width, outputs) : .beit)
  }

  /// Names and shapes of all parameters, without making any.
  package static func parameterShapes(
    of shape: RegressorShape, student: VisionTransformerConfiguration, outputs: Int, device: any ComputeDevice
  ) -> [(name: String, shape: [Int])] {
    let recorder = ShapeRecorder(device: device)
    _ = ContextRegressor(shape, of: student, outputs: outputs, device: device, in: ParameterScope(recorder))
    return recorder.shapes
  }

  /// What a pass gives.
  package struct Regressed {
    /// Of the masked patches of all pictures, one after the other: [B * (M - V), D], with history.
    package let latents: Tensor
    /// The same's predictions, [B * (M - V), outputs].
    package let predictions: Tensor
  }

  /// - Parameters:
  ///   - tokens: [B, 1+V, D] of CLS, which is left out, and of the visible patches
  ///   - visible: which they are; at least one patch is masked
  ///   - dropPath: decisions for this batch while training, nil otherwise
  ///   - recomputes: keeps only every block's input for the backward pass, which computes the blocks again
  ///   - observe: is given what each stage makes, by its name
  package func callAsFunction(
    _ tokens: Tensor, visible: VisiblePatches, dropPath: DropPath? = nil, recomputes: Bool = false,
    observe: ((_ stage: String, _ values: Tensor) -> Void)? = nil
  ) -> Regressed {
    let (pictures, width) = (visible.pictures, tokens.shape[2])
    let context = patchTokens(tokens).reshaped([pictures * visible.each, width])
    let masked = visible.others
    let layout = RegressorLayout(visible: visible, masked: masked)
    let patchPositions = gatherRows(positions, (1...Int32(visible.patches)).map { $0 })
    let maskedPositions = gatherRows(positions, masked.places.map { $0 + 1 })
    let count = masked.places.count
    var x = gatherRows(maskToken.reshaped([1, width]), [Int32](repeating: 0, count: count))
    let regressorKeep = dropPath?.other(1).keep(depth: regressor.count, batch: pictures)
    for (index, block) in regressor.enumerated() {
      let run = { (inputs: [Tensor]) in
        block(
          inputs[0], context: inputs[1], layout: layout, patchPositions: patchPositions,
          maskedPositions: maskedPositions, keep: regressorKeep?[index])
      }
      x = recomputes ? recomputed([x, context], body: run) : run([x, context])
      observe?("regressor block \(index + 1)", x)
    }
    let latents = norm(x)
    observe?("latents", latents)
    x = add(latents, maskedPositions).reshaped([pictures, masked.each, width])
    let decoderKeep = dropPath?.other(2).keep(depth: decoder.count, batch: pictures)
    for (index, block) in decoder.enumerated() {
      x =
        recomputes
        ? block.recomputed(x, positionBias: nil, keep: decoderKeep?[index], rows: nil)
        : block(x, keep: decoderKeep?[index])
      observe?("decoder block \(index + 1)", x)
    }
    return Regressed(
      latents: latents,
      predictions: prediction(decoderNorm(x.reshaped([count, width]), output: x.device.precision)))
  }

  package func parameters(prefix: String) -> [NamedTensor] {
    [NamedTensor(name: joined(prefix, "mask_token"), tensor: maskToken)]
      + regressor.enumerated().flatMap { $1.parameters(prefix: joined(prefix, "regressor_blocks.\($0)")) }
      + norm.parameters(prefix: joined(prefix, "norm"))
      + decoder.enumerated().flatMap { $1.parameters(prefix: joined(prefix, "decoder_blocks.\($0)")) }
      + decoderNorm.parameters(prefix: joined(prefix, "norm2"))
      + prediction.parameters(prefix: joined(prefix, "head"))
  }
}

/// Where the tokens of visible and of masked patches stand.
struct RegressorLayout {
  let pictures: Int
  let patches: Int
  /// For every patch of every picture, in order, its row among the visible ones of all pictures with the masked ones
  /// below.
  let inOrder: [Int32]
  /// Rows of the masked patches among those of all patches.
  let masked: [Int32]

  init(visible: VisiblePatches, masked: VisiblePatches) {
    pictures = visible.pictures
    patches = visible.patches
    self.masked = masked.patchRows
    var inOrder = [Int32](repeating: 0, count: pictures * patches)
    for (row, patch) in (visible.patchRows + masked.patchRows).enumerated() { inOrder[Int(patch)] = Int32(row) }
    self.inOrder = inOrder
  }
}
