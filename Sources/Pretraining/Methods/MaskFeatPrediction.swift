import Models
import Tensors

/// Mask tokens in place, and a head with a norm of its own on the last block: the student's final norm has no part in
/// it (facebookresearch/SlowFast, `slowfast/models/head_helper.py`, MSSeparateHead).
package struct MaskFeatPrediction: PretrainingMethod {
  private static let epsilon: Float = 1e-6

  package init() {}

  package func head(
    for target: any Guidance, of student: VisionTransformerConfiguration, seed: UInt64, device: any ComputeDevice
  ) -> any PredictionHead {
    let name = "head.\(target.name)"
    return NormedHead(
      norm: LayerNorm(
        student.width, epsilon: Self.epsilon, in: ParameterScope(name: name + ".norm", device: device, seed: seed)),
      layer: Linear(student.width, target.featureWidth, name: name, device: device, seed: seed))
  }

  package func predictions(of student: VisionTransformer, _ pass: StudentPass, by head: any PredictionHead) -> Tensor {
    head(
      student.features(
        pass.pixels, mask: pass.mask, normalization: pass.normalization, dropPath: pass.dropPath, rows: pass.rows,
        isNormed: false, recomputes: pass.recomputes, observe: pass.observe))
  }
}

private struct NormedHead: PredictionHead {
  let norm: LayerNorm
  let layer: Linear

  func callAsFunction(_ tokens: Tensor) -> Tensor { layer(norm(tokens)) }
  func parameters(prefix: String) -> [NamedTensor] {
    norm.parameters(prefix: prefix + ".norm") + layer.parameters(prefix: prefix)
  }
}
