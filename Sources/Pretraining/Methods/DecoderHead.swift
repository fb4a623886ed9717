import Models
import Recipe
import Tensors

/// A transformer of its own between the student's tokens and the predictions of one target, MAE's.
struct DecoderHead: PredictionHead {
  private let decoder: PatchDecoder

  /// - Parameter encoding: decides whether there are patches without a token.
  init(
    _ shape: DecoderShape, _ encoding: EncodingKind, for target: any Guidance,
    of student: VisionTransformerConfiguration, seed: UInt64, device: any ComputeDevice
  ) {
    decoder = PatchDecoder(
      shape, inputs: student.width, outputs: target.featureWidth, grid: student.grid,
      hasMaskToken: encoding == .sparse, name: "head.\(target.name)", device: device, seed: seed)
  }

  var readsAllTokens: Bool { true }

  func callAsFunction(_ tokens: Tensor) -> Tensor { decoder(tokens, visible: nil) }

  func predictions(_ tokens: Tensor, visible: VisiblePatches?, _ pass: StudentPass) -> Tensor {
    decoder(tokens, visible: visible, rows: pass.rows, recomputes: pass.recomputes, observe: pass.observe)
  }

  func parameters(prefix: String) -> [NamedTensor] { decoder.parameters(prefix: prefix) }
}
