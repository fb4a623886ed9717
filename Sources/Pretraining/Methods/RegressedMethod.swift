import Measures
import Models
import Recipe
import Tensors

/// CAE's way (Chen et al. 2023, arXiv 2202.03026): the student encodes visible patches alone, a regressor finds what
/// it would have made of the masked ones, and a decoder predicts their targets of that. What the regressor finds is
/// held against the latents that the student itself, as it was one step before, has of the masked patches.
package struct RegressedMethod: PretrainingMethod {
  package let shape: RegressorShape

  package init(_ shape: RegressorShape) { self.shape = shape }

  package static let alignment = Metric(
    key: "alignment_loss", name: "alignment", longName: "alignment loss", format: .fixed(4), better: .less,
    isOptional: true, ranks: Metric.Ranks(curves: 25, dashboard: 45))

  package var metrics: [Metric] { [Self.alignment] }
  package var readsEarlierStudent: Bool { true }
  package var predictsMaskedAlone: Bool { true }

  package func head(
    for target: any Guidance, of student: VisionTransformerConfiguration, seed: UInt64, device: any ComputeDevice
  ) -> any PredictionHead {
    RegressorHead(shape, for: target, of: student, seed: seed, device: device)
  }

  package func predictions(
    of student: VisionTransformer, _ pass: StudentPass, by heads: [any PredictionHead]
  ) -> [Tensor] {
    let visible = VisiblePatches(mask: pass.mask, pictures: pass.pixels.shape[0])
    let tokens = encoded(by: student, visible, pass)
    return heads.map { $0.predictions(tokens, visible: visible, pass) }
  }

  package func learned(
    of student: VisionTransformer, _ pass: StudentPass, by heads: [any PredictionHead]
  ) -> MethodPredictions {
    let visible = VisiblePatches(mask: pass.mask, pictures: pass.pixels.shape[0])
    let regressors = heads.compactMap { $0 as? RegressorHead }
    guard let earlier = pass.earlier, regressors.count == heads.count, visible.each < visible.patches else {
      return MethodPredictions(predictions(of: student, pass, by: heads))
    }
    let tokens = encoded(by: student, visible, pass)
    let goals = latents(by: earlier, of: visible.others, pass)
    let made = regressors.map { $0.regressed(tokens, visible: visible, pass) }
    let distances = made.map { scaled(meanSquaredLoss($0.latents, goals), by: 1 / Float(made.count)) }
    return MethodPredictions(
      made.map(\.predictions),
      own: [
        MethodLoss(
          metric: Self.alignment, weight: shape.alignment,
          value: distances.dropFirst().reduce(distances[0]) { add($0, $1) })
      ])
  }

  package func shownFeatures(of student: VisionTransformer, _ pass: StudentPass) -> (tokens: Tensor, isOfAll: Bool) {
    (student.features(pass.pixels, normalization: pass.normalization), true)
  }

  private func encoded(by student: VisionTransformer, _ visible: VisiblePatches, _ pass: StudentPass) -> Tensor {
    student.features(
      pass.pixels, visible: visible, normalization: pass.normalization, dropPath: pass.dropPath,
      recomputes: pass.recomputes, observe: pass.observe)
  }

  /// What a student makes of the masked patches where it sees nothing else: [B * (M - V), D], no gradient.
  private func latents(by student: VisionTransformer, of masked: VisiblePatches, _ pass: StudentPass) -> Tensor {
    let tokens = student.features(
      pass.pixels, visible: masked, normalization: pass.normalization, dropPath: pass.dropPath?.other(3))
    return patchTokens(tokens).reshaped([masked.places.count, tokens.shape[2]])
  }
}
