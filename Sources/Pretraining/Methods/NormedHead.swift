import Models
import Tensors

/// A norm and a linear layer on the last block's tokens: the student's final norm has no part in it, as MaskFeat's head
/// (facebookresearch/SlowFast, `slowfast/models/head_helper.py`, MSSeparateHead).
struct NormedHead: PredictionHead {
  private static let epsilon: Float = 1e-6

  let norm: LayerNorm
  let layer: Linear

  init(
    for target: any Guidance, of student: VisionTransformerConfiguration, seed: UInt64, device: any ComputeDevice
  ) {
    let name = "head.\(target.name)"
    norm = LayerNorm(
      student.width, epsilon: Self.epsilon, in: ParameterScope(name: name + ".norm", device: device, seed: seed))
    layer = Linear(student.width, target.featureWidth, name: name, device: device, seed: seed)
  }

  var readsNormedTokens: Bool { false }

  func callAsFunction(_ tokens: Tensor) -> Tensor { layer(norm(tokens)) }

  func parameters(prefix: String) -> [NamedTensor] {
    norm.parameters(prefix: prefix + ".norm") + layer.parameters(prefix: prefix)
  }
}
