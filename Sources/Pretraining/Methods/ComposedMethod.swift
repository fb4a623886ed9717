import Models
import Recipe
import Tensors

/// A method put together from an encoding and a head.
package struct ComposedMethod: PretrainingMethod {
  package let encoding: EncodingKind
  package let shape: HeadShape

  /// Mask tokens in the place of masked patches, and a linear head that predicts every token: MVP's and BEiT's.
  package static let dense = ComposedMethod(encoding: .dense, head: .linear)

  package init(encoding: EncodingKind, head: HeadShape) {
    self.encoding = encoding
    shape = head
  }

  package func head(
    for target: any Guidance, of student: VisionTransformerConfiguration, seed: UInt64, device: any ComputeDevice
  ) -> any PredictionHead {
    switch shape {
    case .linear: LinearHead(for: target, of: student, seed: seed, device: device)
    case .normed: NormedHead(for: target, of: student, seed: seed, device: device)
    case .aggregating: AggregatingHead(for: target, of: student, seed: seed, device: device)
    case .decoder(let decoder):
      DecoderHead(decoder, encoding, for: target, of: student, seed: seed, device: device)
    case .regressor(let regressor):
      RegressorHead(regressor, for: target, of: student, seed: seed, device: device)
    }
  }

  package func predictions(
    of student: VisionTransformer, _ pass: StudentPass, by heads: [any PredictionHead]
  ) -> [Tensor] {
    guard encoding == .sparse else { return densePredictions(of: student, pass, by: heads) }
    let visible = VisiblePatches(mask: pass.mask, pictures: pass.pixels.shape[0])
    let tokens = student.features(
      pass.pixels, visible: visible, normalization: pass.normalization, dropPath: pass.dropPath,
      recomputes: pass.recomputes, observe: pass.observe)
    return heads.map { $0.predictions(tokens, visible: visible, pass) }
  }

  package func shownFeatures(of student: VisionTransformer, _ pass: StudentPass) -> (tokens: Tensor, isOfAll: Bool) {
    let isSparse = encoding == .sparse
    let tokens = student.features(
      pass.pixels, mask: isSparse ? nil : pass.mask, normalization: pass.normalization)
    return (tokens, isSparse)
  }
}

/// A kind of head with its sizes.
package enum HeadShape: Equatable, Sendable {
  case linear
  case normed
  case aggregating
  case decoder(DecoderShape)
  /// Of a method that is more than a head, ``RegressedMethod``.
  case regressor(RegressorShape)
}
