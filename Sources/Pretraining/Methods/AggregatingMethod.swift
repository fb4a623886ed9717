import Measures
import Models
import Tensors

/// BEiT v2's: a dense encoding and a linear head, which predicts the targets a second time from two further blocks over
/// the CLS token of the student's last block and the patches of an earlier one (``AggregationBlocks``). Final norm and
/// linear layer are the same for both.
///
/// Source: Peng et al. 2022, arXiv 2208.06366, section 2.3; microsoft/unilm, `beit2/modeling_pretrain.py`.
package struct AggregatingMethod: PretrainingMethod {
  package init() {}

  package func head(
    for target: any Guidance, of student: VisionTransformerConfiguration, seed: UInt64, device: any ComputeDevice
  ) -> any PredictionHead {
    AggregatingHead(for: target, of: student, seed: seed, device: device)
  }

  package var metrics: [Metric] { [.clsHeadLoss] }

  package func learned(
    of student: VisionTransformer, _ pass: StudentPass, by heads: [any PredictionHead]
  ) -> MethodPredictions {
    let aggregating = heads.compactMap { $0 as? AggregatingHead }
    guard let early = aggregating.first?.blocks.early, aggregating.count == heads.count else {
      return MethodPredictions(predictions(of: student, pass, by: heads))
    }
    let (pictures, patches) = (pass.pixels.shape[0], pass.mask.count / max(pass.pixels.shape[0], 1))
    let wanted = pass.rows.map { WantedRows($0, pictures: pictures, tokens: 1 + patches) }
    let tokens = student.tokens(
      pass.pixels, mask: pass.mask, normalization: pass.normalization, early: early, dropPath: pass.dropPath,
      rows: wanted?.withCLS, recomputes: pass.recomputes, observe: pass.observe)
    let predicted = wanted.map { gatherRows(tokens.last, $0.places) } ?? tokens.last
    let cls = wanted.map { gatherRows(tokens.last, $0.clsPlaces) } ?? selectToken(tokens.last, 0)
    func normed(_ x: Tensor) -> Tensor { student.norm.map { $0(x) } ?? x }
    let last = normed(predicted)
    pass.observe?("final norm", last)
    let again = aggregating.map { head in
      head(
        normed(
          head.blocks(
            cls: cls, patches: tokens.early, positionBias: tokens.positionBias, dropPath: pass.dropPath,
            rows: pass.rows, recomputes: pass.recomputes, observe: pass.observe)))
    }
    return MethodPredictions(
      aggregating.map { $0(last) }, further: [FurtherPredictions(metric: .clsHeadLoss, byHead: again)])
  }
}

/// The rows of a pass with the CLS token of every picture in front of each picture's own.
private struct WantedRows {
  /// Numbers among the B * (1 + M) tokens, as many of each picture, CLS first.
  let withCLS: [Int32]
  /// Where the rows that were asked for stand among these.
  let places: [Int32]
  /// Where each picture's CLS stands among these.
  let clsPlaces: [Int32]

  /// - Parameter rows: as many of each picture, in the pictures' order.
  init(_ rows: [Int32], pictures: Int, tokens: Int) {
    let each = rows.count / max(pictures, 1)
    var (withCLS, places, clsPlaces): ([Int32], [Int32], [Int32]) = ([], [], [])
    for picture in 0..<pictures {
      let first = Int32(picture * tokens)
      clsPlaces.append(Int32(withCLS.count))
      withCLS.append(first)
      for row in rows[picture * each..<(picture + 1) * each] {
        guard row != first else {
          places.append(Int32(clsPlaces[picture]))
          continue
        }
        places.append(Int32(withCLS.count))
        withCLS.append(row)
      }
    }
    (self.withCLS, self.places, self.clsPlaces) = (withCLS, places, clsPlaces)
  }
}

extension Metric {
  /// The loss of what BEiT v2 predicts through the CLS token.
  package static let clsHeadLoss = Metric(
    key: "cls_head_loss", name: "loss through CLS", shortName: "CLS loss", better: .less)
}
