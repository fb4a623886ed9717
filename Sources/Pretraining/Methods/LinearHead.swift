import Models
import Tensors

/// One linear layer on each token by itself, BEiT's.
struct LinearHead: PredictionHead {
  private let layer: Linear

  init(
    for target: any Guidance, of student: VisionTransformerConfiguration, seed: UInt64, device: any ComputeDevice
  ) {
    layer = Linear(student.width, target.featureWidth, name: "head.\(target.name)", device: device, seed: seed)
  }

  func callAsFunction(_ tokens: Tensor) -> Tensor { layer(tokens) }
  func parameters(prefix: String) -> [NamedTensor] { layer.parameters(prefix: prefix) }
}
