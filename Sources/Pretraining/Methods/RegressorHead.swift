import Models
import Recipe
import Tensors

/// CAE's regressor and decoder, for one target. It predicts masked patches alone.
struct RegressorHead: PredictionHead {
  private let regressor: ContextRegressor

  init(
    _ shape: RegressorShape, for target: any Guidance, of student: VisionTransformerConfiguration, seed: UInt64,
    device: any ComputeDevice
  ) {
    regressor = ContextRegressor(
      shape, of: student, outputs: target.featureWidth, name: "head.\(target.name)", device: device, seed: seed)
  }

  var readsAllTokens: Bool { true }

  /// By the last layer alone, of what the decoder made of a token.
  func callAsFunction(_ tokens: Tensor) -> Tensor { regressor.prediction(regressor.decoderNorm(tokens)) }

  func predictions(_ tokens: Tensor, visible: VisiblePatches?, _ pass: StudentPass) -> Tensor {
    guard let visible, visible.each < visible.patches else { return nothing(pass) }
    return regressed(tokens, visible: visible, pass).predictions
  }

  /// Latents of the masked patches, [B * (M - V), D], and predictions of the pass's tokens; zeros for those that are
  /// not masked, which no loss counts.
  /// - Parameter visible: at least one patch is masked.
  func regressed(
    _ tokens: Tensor, visible: VisiblePatches, _ pass: StudentPass
  ) -> (latents: Tensor, predictions: Tensor) {
    let made = regressor(
      tokens, visible: visible, dropPath: pass.dropPath, recomputes: pass.recomputes, observe: pass.observe)
    let (count, width) = (made.predictions.shape[0], made.predictions.shape[1])
    let sources = visible.others.sources(unseen: Int32(count), hasCLS: false)
    if let rows = pass.rows, rows.map({ sources[Int($0)] }) == (0..<Int32(count)).map({ $0 }) {
      return (made.latents, made.predictions)
    }
    let all = concatenateRows([made.predictions, .zeros([1, width], device: made.predictions.device)])
    guard let rows = pass.rows else {
      return (made.latents, gatherRows(all, sources).reshaped([visible.pictures, 1 + visible.patches, width]))
    }
    return (made.latents, gatherRows(all, rows.map { sources[Int($0)] }))
  }

  private func nothing(_ pass: StudentPass) -> Tensor {
    let pictures = pass.pixels.shape[0]
    let (width, device) = (regressor.prediction.outputs, pass.pixels.device)
    return .zeros(
      pass.rows.map { [$0.count, width] } ?? [pictures, 1 + pass.mask.count / max(pictures, 1), width], device: device)
  }

  func parameters(prefix: String) -> [NamedTensor] { regressor.parameters(prefix: prefix) }
}
