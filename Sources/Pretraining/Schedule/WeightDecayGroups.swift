import Tensors

/// Splits parameters as BEiT does: no decay for vectors (biases, norms, layer scales), `pos_embed` and `cls_token`;
/// decay for everything else, the mask token included (microsoft/unilm, `beit/optim_factory.py` and
/// `modeling_pretrain.py`).
package func weightDecayGroups(_ parameters: [NamedTensor], weightDecay: Float) -> [ParameterGroup] {
  let decayed = parameters.filter { isDecayed(name: $0.name, shape: $0.tensor.shape) }
  let others = parameters.filter { !isDecayed(name: $0.name, shape: $0.tensor.shape) }
  return [
    ParameterGroup(parameters: decayed, weightDecay: weightDecay, learningRateScale: 1),
    ParameterGroup(parameters: others, weightDecay: 0, learningRateScale: 1),
  ].filter { !$0.parameters.isEmpty }
}

/// Whether weight decay applies to a parameter. Tokens may be stored as vectors here though BEiT's have three axes, so
/// names decide before shapes do.
package func isDecayed(name: String, shape: [Int]) -> Bool {
  let last = name.split(separator: ".").last.map(String.init) ?? name
  switch last {
  case "mask_token": return true
  case "cls_token", "class_embedding", "pos_embed", "positional_embedding", "bias", "q_bias", "v_bias": return false
  default: return shape.filter { $0 != 1 }.count > 1
  }
}
