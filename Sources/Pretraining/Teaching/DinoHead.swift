import Models
import Tensors

/// DINO's projection head: a three-layer MLP with GELU, l2 normalisation, and a linear layer over prototypes whose rows
/// are normalised to length 1 (facebookresearch/dino, `vision_transformer.py` `DINOHead`, weight norm with its gain
/// held at 1).
struct DinoHead: Module {
  private let layers: [Linear]
  /// [K, bottleneck]; only directions matter.
  private let prototypes: Tensor

  static let prototypesName = "prototypes.weight"

  init(inputs: Int, hidden: Int, bottleneck: Int, prototypes count: Int, device: any ComputeDevice, seed: UInt64) {
    layers = [(inputs, hidden), (hidden, hidden), (hidden, bottleneck)].enumerated().map { index, size in
      Linear(size.0, size.1, name: "dino_head.mlp.\(index)", device: device, seed: seed)
    }
    var generator = Philox(seed: seed, purpose: .initialization, stream: UInt64(count), substream: 1)
    prototypes = Tensor(
      (0..<count * bottleneck).map { _ in generator.normal() }, shape: [count, bottleneck], device: device)
    prototypes.requiresGradient = true
  }

  /// - Parameter features: [R, inputs].
  /// - Returns: [R, K], cosines of each row with each prototype.
  func callAsFunction(_ features: Tensor) -> Tensor {
    let hidden = activated(layers[1](activated(layers[0](features), by: .gelu)), by: .gelu)
    return matmulTransposed(l2Normalize(layers[2](hidden)), l2Normalize(prototypes))
  }

  func parameters(prefix: String) -> [NamedTensor] {
    layers.enumerated().flatMap { $1.parameters(prefix: "\(prefix).mlp.\($0)") }
      + [NamedTensor(name: "\(prefix).\(Self.prototypesName)", tensor: prototypes)]
  }
}
