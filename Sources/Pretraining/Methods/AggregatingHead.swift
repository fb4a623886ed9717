import Models
import Tensors

/// A linear layer on each token, and BEiT v2's two blocks whose tokens the same layer reads.
struct AggregatingHead: PredictionHead {
  private let layer: Linear
  let blocks: AggregationBlocks

  init(
    for target: any Guidance, of student: VisionTransformerConfiguration, seed: UInt64, device: any ComputeDevice
  ) {
    let name = "head.\(target.name)"
    layer = Linear(student.width, target.featureWidth, name: name, device: device, seed: seed)
    blocks = AggregationBlocks(of: student, name: name + ".\(Self.blocksName)", device: device, seed: seed)
  }

  private static let blocksName = "cls_pt_layers"

  func callAsFunction(_ tokens: Tensor) -> Tensor { layer(tokens) }

  func parameters(prefix: String) -> [NamedTensor] {
    layer.parameters(prefix: prefix) + blocks.parameters(prefix: "\(prefix).\(Self.blocksName)")
  }
}
