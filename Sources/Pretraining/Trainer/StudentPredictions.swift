import Foundation
import Models
import Tasks
import Tensors

/// A student's predictions of its targets, frozen as they are at a step: copies of its heads beside a copy of it.
package struct StudentPredictions {
  let student: VisionTransformer
  let method: any PretrainingMethod
  let settings: TrainerSettings
  let masks: MaskGenerator

  package init(
    student: VisionTransformer, method: any PretrainingMethod, settings: TrainerSettings, masks: MaskGenerator
  ) {
    self.student = student
    self.method = method
    self.settings = settings
    self.masks = masks
  }

  /// By the heads of a saved state; targets that it has no head for are left out, and codes, which have no direction.
  /// - Throws: ``TrainerError`` where the state is damaged or does not fit.
  package func saved(in folder: URL, of guidances: [any Guidance]) throws -> [TargetPrediction] {
    let known = try Trainer.progress(in: folder).guidanceNames
    let file = try SafetensorsFile(folder.appendingPathComponent(Trainer.tensorsFile))
    let names = Set(file.names)
    func values(_ name: String) throws -> [Float]? { names.contains(name) ? try file.floats(name) : nil }
    return try guidances.filter { known.contains($0.name) && $0.codes == nil }.map { guidance in
      let head = method.head(
        for: guidance, of: student.configuration, seed: settings.seed, device: student.device)
      for parameter in head.parameters(prefix: "head.\(guidance.name)") {
        parameter.tensor.write(
          try Trainer.require(parameter.name, count: parameter.tensor.count, values))
      }
      for part in guidance.follower?.state(prefix: Trainer.followerKey(guidance.name)) ?? [] {
        part.tensor.write(try Trainer.require(part.name, count: part.tensor.count, values))
      }
      let statistics = TargetStatistics(of: guidance, form: settings.objective.targets)
      return prediction(guidance, head, try statistics.restored(values), among: guidances)
    }
  }

  /// By copies of other heads' values; codes are left out.
  func copied(_ heads: [GuidanceHead]) -> [TargetPrediction] {
    let heads = heads.filter { $0.guidance.codes == nil }
    let guidances = heads.map { $0.guidance.frozen() }
    return zip(heads, guidances).map { original, guidance in
      let head = method.head(
        for: original.guidance, of: student.configuration, seed: settings.seed, device: student.device)
      for (copy, parameter) in zip(head.parameters(prefix: ""), original.parameters) {
        copy.tensor.write(parameter.tensor.array())
      }
      return prediction(guidance, head, original.statistics, among: guidances)
    }
  }

  private func prediction(
    _ guidance: any Guidance, _ head: any PredictionHead, _ statistics: TargetStatistics,
    among guidances: [any Guidance]
  ) -> TargetPrediction {
    TargetPrediction(
      name: guidance.name,
      cls: { pixels in
        let tokens = 1 + masks.rows * masks.columns
        let rows = (0..<Int32(pixels.shape[0])).map { $0 * Int32(tokens) }
        let mask = [Bool](repeating: false, count: pixels.shape[0] * (tokens - 1))
        return predictions(pixels, mask, head, rows: rows)
      },
      cosines: { pixels, first in
        let weights = masks.weights(of: pixels, by: [guidance] + guidances)
        let mask = (0..<pixels.shape[0]).flatMap { place -> [Bool] in
          var generator = Philox(seed: settings.seed, purpose: .preview, stream: UInt64(first + place))
          return masks.mask(using: &generator, weights: weights?[place])
        }
        let targets = statistics.formed(try guidance.uncached.targets(pixels: pixels), rows: nil)
        let found = TokenCosines(predictions: predictions(pixels, mask, head, rows: nil), targets: targets, mask: mask)
        return Tensor(found.meansByPicture(mask: mask), shape: [pixels.shape[0], 3], device: student.device)
      })
  }

  private func predictions(_ pixels: Tensor, _ mask: [Bool], _ head: any PredictionHead, rows: [Int32]?) -> Tensor {
    withoutHistory {
      method.predictions(
        of: student,
        StudentPass(pixels: pixels, mask: mask, normalization: settings.normalization, rows: rows), by: head)
    }
  }
}

extension TokenCosines {
  /// For each picture the means over CLS, masked patches and visible ones; nan where there are none.
  func meansByPicture(mask: [Bool]) -> [Float] {
    let pictures = perToken.count - mask.count
    let tokens = perToken.count / max(pictures, 1)
    return (0..<pictures).flatMap { picture -> [Float] in
      let patches = perToken[picture * tokens + 1..<(picture + 1) * tokens]
      let own = mask[picture * (tokens - 1)..<(picture + 1) * (tokens - 1)]
      func mean(_ wanted: Bool) -> Float {
        let values = zip(patches, own).filter { $0.1 == wanted }.map { Double($0.0) }
        return values.isEmpty ? .nan : Float(values.reduce(0, +) / Double(values.count))
      }
      return [perToken[picture * tokens], mean(true), mean(false)]
    }
  }
}
