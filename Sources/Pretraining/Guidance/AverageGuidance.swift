import Models
import Tensors

/// The student's own features of whole pictures, by a slow average of its weights: self-distillation as data2vec's
/// (Baevski et al. 2022, arXiv 2202.03555). Nothing comes from outside, so the targets may collapse, which
/// their deviation shows.
package final class AverageGuidance: Guidance {
  package let name: String
  private let average: FollowingStudent
  private let normalization: PixelNormalization
  /// Blocks whose outputs make the targets: the upper half, as the 6 of 12 of data2vec's base model.
  private let blocks: Int

  /// - Parameter seed: the student's.
  package convenience init(
    name: String, of student: VisionTransformerConfiguration, seed: UInt64,
    normalization: PixelNormalization = .imageNet,
    totalSteps: Int, device: any ComputeDevice
  ) {
    self.init(
      name: name,
      FollowingStudent(.average(AverageMomentum(totalSteps: totalSteps)), of: student, seed: seed, device: device),
      normalization: normalization)
  }

  private init(name: String, _ average: FollowingStudent, normalization: PixelNormalization) {
    self.name = name
    self.average = average
    self.normalization = normalization
    blocks = max(1, average.model.configuration.depth / 2)
  }

  package var follower: FollowingStudent? { average }
  package var featureWidth: Int { average.model.configuration.width }
  package var grid: (rows: Int, columns: Int) { average.model.configuration.grid.rowsAndColumns }

  package func targets(pixels: Tensor) throws -> Tensor { features(pixels, observe: nil) }

  package func targets(
    pixels: Tensor, rows: [Int32]?, observe: @escaping (_ stage: String, _ values: Tensor) -> Void
  ) throws -> Tensor {
    let all = features(pixels, observe: observe)
    return rows.map { gatherRows(all, $0) } ?? all
  }

  private func features(_ pixels: Tensor, observe: ((_ stage: String, _ values: Tensor) -> Void)?) -> Tensor {
    average.model.meanOfBlocks(pixels, last: blocks, normalization: normalization, observe: observe)
  }

  package var network: LoadedVision? {
    LoadedVision(
      model: average.model, family: .mvp,
      report: "the student's own average, mean of its last \(blocks) block\(blocks == 1 ? "" : "s")",
      normalization: normalization)
  }

  package func attention(pixels: Tensor, block: Int, query: Int) -> [Float] {
    average.model.attention(pixels, normalization: normalization, block: block, query: query)
  }

  package func frozen() -> any Guidance {
    AverageGuidance(name: name, average.copy(), normalization: normalization)
  }
}

/// How far targets of a batch are from being all the same.
/// - Parameter targets: [rows, D] or [B, 1 + M, D]
/// - Returns: the root of the mean variance of a feature over all rows; 0: every token of every picture has one target.
func deviation(ofTargets targets: Tensor) -> Double {
  let width = targets.shape.last ?? 1
  let rows = targets.count / max(width, 1)
  let means = columnMeans(targets.reshaped([rows, width]))
  // The variances are what squares have more than the means' squares.
  let squares = Double(meanSquaredLoss(targets, .zeros(targets.shape, device: targets.device)).scalar)
  let meanSquares = means.reduce(0.0) { $0 + Double($1) * Double($1) } / Double(max(width, 1))
  return max(0, squares - meanSquares).squareRoot()
}
