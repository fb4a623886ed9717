import Measures
import Models
import Recipe
import Tensors

/// How a student comes to its predictions: what it reads of a masked picture, and what turns its tokens into a target.
///
/// What the predictions are held against is the target's (``Guidance``) and the objective's. A method that says nothing
/// is the dense one of MVP, BEiT and MaskFeat: mask tokens in place, a linear head.
package protocol PretrainingMethod: Sendable {
  /// A head for one target; its parameters are named `head.TARGET...` and depend on nothing but the name and the seed.
  func head(
    for target: any Guidance, of student: VisionTransformerConfiguration, seed: UInt64, device: any ComputeDevice
  )
    -> any PredictionHead

  /// - Returns: for each head, predictions with history of every token, [B, 1 + M, target width], or of some rows
  ///   alone, [rows, target width].
  func predictions(of student: VisionTransformer, _ pass: StudentPass, by heads: [any PredictionHead]) -> [Tensor]

  /// The same with all that a step learns from beside them; nothing more where a method says nothing.
  func learned(
    of student: VisionTransformer, _ pass: StudentPass, by heads: [any PredictionHead]
  ) -> MethodPredictions
  /// Whether it looks at the student as it was one step before, ``StudentPass/earlier``.
  var readsEarlierStudent: Bool { get }
  /// Whether CLS and visible patches have no predictions: only what the loss counts is then computed and measured.
  var predictsMaskedAlone: Bool { get }
  /// What a step measures of it: the losses of further predictions, and the method's own.
  var metrics: [Metric] { get }

  /// The student's features of a masked picture for people to look at, [B, 1 + M, D]; of the whole picture where the
  /// student has none of masked patches.
  func shownFeatures(of student: VisionTransformer, _ pass: StudentPass) -> (tokens: Tensor, isOfAll: Bool)
}

/// One way of a batch of masked pictures through a student.
package struct StudentPass {
  /// [B, C, H, W] in 0...1.
  package var pixels: Tensor
  /// B * M entries, true = masked.
  package var mask: [Bool]
  package var normalization: PixelNormalization
  package var dropPath: DropPath?
  /// The tokens that are predicted, as numbers among B * (1 + M); nil: all.
  package var rows: [Int32]?
  /// Computes the blocks again in the backward pass.
  package var recomputes = false
  /// The student as it was one step before, frozen, in a step of a method that asks for it.
  package var earlier: VisionTransformer?
  /// Is given what each stage on the way makes.
  package var observe: ((_ stage: String, _ values: Tensor) -> Void)?

  package init(
    pixels: Tensor, mask: [Bool], normalization: PixelNormalization, dropPath: DropPath? = nil, rows: [Int32]? = nil,
    recomputes: Bool = false
  ) {
    self.pixels = pixels
    self.mask = mask
    self.normalization = normalization
    self.dropPath = dropPath
    self.rows = rows
    self.recomputes = recomputes
  }
}

extension PretrainingMethod {
  package func head(
    for target: any Guidance, of student: VisionTransformerConfiguration, seed: UInt64, device: any ComputeDevice
  ) -> any PredictionHead {
    LinearHead(for: target, of: student, seed: seed, device: device)
  }

  package func predictions(of student: VisionTransformer, _ pass: StudentPass, by head: any PredictionHead) -> Tensor {
    predictions(of: student, pass, by: [head])[0]
  }

  package func predictions(
    of student: VisionTransformer, _ pass: StudentPass, by heads: [any PredictionHead]
  ) -> [Tensor] {
    densePredictions(of: student, pass, by: heads)
  }

  package func learned(
    of student: VisionTransformer, _ pass: StudentPass, by heads: [any PredictionHead]
  ) -> MethodPredictions {
    MethodPredictions(predictions(of: student, pass, by: heads))
  }

  package var readsEarlierStudent: Bool { false }
  package var predictsMaskedAlone: Bool { false }
  package var metrics: [Metric] { [] }

  package func shownFeatures(of student: VisionTransformer, _ pass: StudentPass) -> (tokens: Tensor, isOfAll: Bool) {
    (student.features(pass.pixels, mask: pass.mask, normalization: pass.normalization), false)
  }

  /// One pass through the student for all heads, unless they read other tokens of it.
  func densePredictions(
    of student: VisionTransformer, _ pass: StudentPass, by heads: [any PredictionHead]
  ) -> [Tensor] {
    let readsAll = heads.contains(where: \.readsAllTokens)
    let isNormed = heads.allSatisfy(\.readsNormedTokens)
    guard heads.allSatisfy({ $0.readsAllTokens == readsAll && $0.readsNormedTokens == isNormed }) else {
      return heads.flatMap { densePredictions(of: student, pass, by: [$0]) }
    }
    let tokens = student.features(
      pass.pixels, mask: pass.mask, normalization: pass.normalization, dropPath: pass.dropPath,
      rows: readsAll ? nil : pass.rows, isNormed: isNormed, recomputes: pass.recomputes, observe: pass.observe)
    return heads.map { $0.predictions(tokens, visible: nil, pass) }
  }
}
