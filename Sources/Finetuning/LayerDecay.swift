import Models
import Pretraining
import Tensors

/// BEiT's layer-wise decay of learning rates (microsoft/unilm `beit/optim_factory.py`, LayerDecayValueAssigner and
/// get_num_layer_for_vit): the lower a layer, the less it learns.
package struct LayerDecay: Equatable, Sendable {
  /// Factor from a layer to the one below it; 1: all layers learn alike.
  package var rate: Double
  /// Blocks of the model.
  package var depth: Int

  package init(rate: Double, depth: Int) {
    self.rate = rate
    self.depth = depth
  }

  /// 0 for what comes before the blocks, 1 + N for block N, depth + 1 for what comes after them.
  package func layer(of name: String) -> Int {
    let parts = name.split(separator: ".")
    switch parts.first {
    case "cls_token", "pos_embed", "patch_embed", "norm_pre": return 0
    case "blocks": return parts.count > 1 ? (Int(parts[1]) ?? depth) + 1 : depth + 1
    default: return depth + 1
    }
  }

  /// Factor on the learning rate of a layer: rate^(depth + 1 - layer).
  package func scale(of layer: Int) -> Float {
    var scale = 1.0
    for _ in 0..<max(0, depth + 1 - layer) { scale *= rate }
    return Float(scale)
  }

  /// One group a layer and weight decay, the lowest layer first.
  package func groups(_ parameters: [NamedTensor], weightDecay: Float) -> [ParameterGroup] {
    (0...depth + 1).flatMap { layer in
      weightDecayGroups(parameters.filter { self.layer(of: $0.name) == layer }, weightDecay: weightDecay).map {
        ParameterGroup(
          parameters: $0.parameters, weightDecay: $0.weightDecay, learningRateScale: scale(of: layer))
      }
    }
  }
}
