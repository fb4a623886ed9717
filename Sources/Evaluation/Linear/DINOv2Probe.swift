import Foundation
import Tensors

/// DINOv2's linear probe (facebookresearch/dinov2 `dinov2/eval/linear.py`): 52 heads in one pass, on CLS of the last or
/// of the last four blocks, with or without the mean of the last patches, each at 13 learning rates; SGD with momentum
/// .9, a cosine to 0, no weight decay; 12,500 steps of 128.
///
/// DINOv2 reports the head that does best on the pictures that are scored on. Here a fifth of the training pictures is
/// held out to choose it, and the best one on the scored pictures stands beside, as `best_on_test`.
package struct DINOv2Probe: SteppedProbe {
  private static let rates = [1e-5, 2e-5, 5e-5, 1e-4, 2e-4, 5e-4, 1e-3, 2e-3, 5e-3, 1e-2, 2e-2, 5e-2, 0.1]
  private static let (publishedSteps, heldOut) = (12_500.0, 0.2)
  /// Blocks whose CLS the widest heads see.
  static let blocks = 4

  /// Heads that see the same features.
  private struct Heads {
    let name: String
    let columns: Range<Int>
    var weight: MovedValues
    var bias: MovedValues
  }

  private let data: ProbeData
  private let batch: Int
  package let steps: Int
  private var order: ProbeSchedule
  private let heldOut: [Int]
  package private(set) var done = 0
  private var heads: [Heads]

  /// - Parameters:
  ///   - data: columns are CLS of the last blocks, the last one last, then the mean of the patches.
  ///   - schedule: share of the published steps.
  ///   - heldOut: pictures that choose the head; nil: drawn.
  ///   - weights: of the sets of heads, to begin with; nil: drawn.
  package init(
    _ data: ProbeData, schedule: Double, seed: UInt64, heldOut: [Int]? = nil, weights: [[Float]]? = nil
  ) {
    self.data = data
    let count = min(max(1, Int(Double(data.pictures) * Self.heldOut)), data.pictures - 1)
    let held = heldOut ?? Array(drawnPlaces(data.pictures, seed: seed).prefix(count))
    self.heldOut = held
    let isHeld = Set(held)
    order = ProbeSchedule(
      rows: (0..<data.pictures).filter { !isHeld.contains($0) }, pictures: data.pictures, views: data.views, seed: seed)
    batch = min(128, order.count)
    steps = max(1, Int((Self.publishedSteps * schedule).rounded()))
    let blocks = data.parts - 1
    let part = data.width / data.parts
    var fresh = Philox(seed: seed, purpose: .initialization)
    var given = weights?.makeIterator()
    // The last CLS has the others before it and the mean behind it: every set is one run of columns.
    heads = Set([blocks - 1, 0]).sorted(by: >).flatMap { first in
      [false, true].map { withMean in
        let columns = first * part..<(withMean ? data.parts : blocks) * part
        let outputs = Self.rates.count * data.classes
        let weight = given?.next() ?? (0..<outputs * columns.count).map { _ in 0.01 * fresh.normal() }
        return Heads(
          name: "CLS of \(blocks - first) block\(blocks - first == 1 ? "" : "s")" + (withMean ? " and patches" : ""),
          columns: columns, weight: MovedValues(weight), bias: MovedValues([Float](repeating: 0, count: outputs)))
      }
    }
  }

  /// Of the sets of heads, [rates * classes, D] each: CLS of the last block, the same with the mean of the patches, CLS
  /// of several blocks, the same with the mean.
  package var weights: [[Float]] { heads.map(\.weight.values) }

  package mutating func advance() {
    let rows = order.rows(done * batch..<(done + 1) * batch)
    let values = data.train.gathered(rows)
    // One copy of the labels for each rate, as the rates' logits are rows of their own.
    let labels = rows.flatMap { row in Self.rates.map { _ in data.train.labels[row] } }
    let factor = cosineFactor(Double(done) / Double(steps)) * Double(batch) / 256
    for place in heads.indices {
      let columns = heads[place].columns
      let gradients = data.gradients(
        data.columns(values, columns), labels: labels, weight: heads[place].weight.values,
        bias: heads[place].bias.values,
        outputs: Self.rates.count * data.classes)
      for (number, rate) in Self.rates.enumerated() {
        // The mean over all rates' rows, and each rate's own mean is wanted.
        let share = Float(Self.rates.count)
        let step = Float(rate * factor)
        let own = number * data.classes..<(number + 1) * data.classes
        heads[place].weight.step(
          gradients.weight, share: share, rate: step,
          range: own.lowerBound * columns.count..<own.upperBound * columns.count)
        heads[place].bias.step(gradients.bias, share: share, rate: step, range: own)
      }
    }
    done += 1
  }

  /// Accuracies of each rate of some heads.
  private func accuracies(_ heads: Heads, _ features: LabelledFeatures) -> [(top1: Double, top5: Double)] {
    let outputs = Self.rates.count * data.classes
    let logits = data.logits(
      data.columns(features.values, heads.columns), weight: heads.weight.values, bias: heads.bias.values,
      outputs: outputs)
    return Self.rates.indices.map { number in
      var own: [Float] = []
      own.reserveCapacity(features.count * data.classes)
      for row in 0..<features.count {
        let start = row * outputs + number * data.classes
        own += logits[start..<start + data.classes]
      }
      return topAccuracies(own, labels: features.labels, classes: data.classes)
    }
  }

  package func score() -> EvaluationScore {
    let held = data.train.rows(heldOut)
    var best: (held: Double, tested: (top1: Double, top5: Double), words: String)?
    var bestOnTest = 0.0
    for set in heads {
      let tested = accuracies(set, data.test)
      for (number, onHeld) in accuracies(set, held).enumerated() {
        bestOnTest = max(bestOnTest, tested[number].top1)
        guard onHeld.top1 > best?.held ?? -1 else { continue }
        best = (onHeld.top1, tested[number], "\(set.name), rate \(Self.rates[number])")
      }
    }
    guard let best else { return EvaluationScore(score: 0, summary: "") }
    var details = ["held_out_accuracy": best.held, "best_on_test": bestOnTest]
    if data.classes > 5 { details["top5"] = best.tested.top5 }
    return EvaluationScore(
      score: best.tested.top1, details: details,
      summary:
        "DINOv2's: \(best.words), of \(heads.count * Self.rates.count) heads by held-out pictures; \(steps) steps, "
        + "\(data.views) crops a picture")
  }
}
