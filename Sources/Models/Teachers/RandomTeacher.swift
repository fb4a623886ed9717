import Tensors

/// A teacher that was never trained: the control that every claim about guidance needs. What a student gains under it
/// comes from predicting masked patches at all, not from what a teacher knows.
///
/// - Parameters:
///   - configuration: usually the student's own, so that the control has its shape.
///   - seed: equal ones give equal weights. They are never the initial weights of a student of that seed.
package func randomTeacher(
  _ configuration: VisionTransformerConfiguration, normalization: PixelNormalization? = nil, seed: UInt64,
  device: any ComputeDevice
) -> LoadedVision {
  var configuration = configuration
  configuration.dropPath = 0
  let model = VisionTransformer(configuration, device: device, seed: ~seed)
  return LoadedVision(
    model: model, family: .vit,
    report: "random weights (seed \(seed)), \(configuration.depth) blocks of \(configuration.width), never trained",
    normalization: normalization ?? .usual(channels: configuration.channels))
}
