import Foundation
import Tensors

/// MAE's linear probe (facebookresearch/mae `main_linprobe.py`, `util/lars.py`): a batch norm without scale and shift,
/// then a linear layer, trained by LARS at .1 a batch of 256 with momentum .9, 90 passes of which 10 warm up, then a
/// cosine to 0; no weight decay.
package struct MAEProbe: SteppedProbe {
  private static let (epsilon, momentum) = (1e-6, 0.1)
  private static let (rate, trust) = (0.1, Float(0.001))
  private static let (passes, warmup) = (90.0, 10.0)

  private let data: ProbeData
  private let batch: Int
  package let steps: Int
  private let passes: Double
  private var order: ProbeSchedule
  package private(set) var done = 0
  private var moving: (weight: MovedValues, bias: MovedValues)
  private var mean: [Double]
  private var variance: [Double]

  /// - Parameters:
  ///   - schedule: share of the published passes.
  ///   - weight: to begin with; nil: drawn.
  package init(_ data: ProbeData, schedule: Double, seed: UInt64, weight: [Float]? = nil) {
    self.data = data
    batch = min(256, data.pictures)
    passes = Self.passes * schedule
    order = ProbeSchedule(rows: Array(0..<data.pictures), pictures: data.pictures, views: data.views, seed: seed)
    steps = max(1, Int((passes * Double(max(1, data.pictures / batch))).rounded()))
    var generator = Philox(seed: seed, purpose: .initialization)
    let drawn = weight ?? (0..<data.classes * data.width).map { _ in 0.01 * generator.normal() }
    moving = (MovedValues(drawn), MovedValues([Float](repeating: 0, count: data.classes)))
    mean = [Double](repeating: 0, count: data.width)
    variance = [Double](repeating: 1, count: data.width)
  }

  /// [classes, D]
  package var weight: [Float] { moving.weight.values }
  package var bias: [Float] { moving.bias.values }

  private var learningRate: Float {
    let pass = passes * Double(done) / Double(steps)
    let warm = Self.warmup * passes / Self.passes
    let share = pass < warm ? pass / warm : cosineFactor((pass - warm) / (passes - warm))
    return Float(Self.rate * Double(batch) / 256 * share)
  }

  package mutating func advance() {
    let rows = order.rows(done * batch..<(done + 1) * batch)
    var values = data.train.gathered(rows)
    normaliseByBatch(&values)
    let gradients = data.gradients(
      values, labels: rows.map { data.train.labels[$0] }, weight: weight, bias: bias, outputs: data.classes)
    let rate = learningRate
    let norms = (norm(weight), norm(gradients.weight))
    let share = norms.0 > 0 && norms.1 > 0 ? Self.trust * norms.0 / norms.1 : 1
    moving.weight.step(gradients.weight, share: share, rate: rate)
    moving.bias.step(gradients.bias, share: 1, rate: rate)
    done += 1
  }

  private func norm(_ values: [Float]) -> Float {
    Float(values.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot())
  }

  /// To mean 0 and variance 1 of the batch, as a batch norm in training.
  private mutating func normaliseByBatch(_ values: inout [Float]) {
    let (width, count) = (data.width, values.count / data.width)
    for column in 0..<width {
      let entries = stride(from: column, to: values.count, by: width)
      let middle = entries.reduce(0.0) { $0 + Double(values[$1]) } / Double(count)
      let spread = entries.reduce(0.0) { sum, i in
        let difference = Double(values[i]) - middle
        return sum + difference * difference
      }
      let factor = 1 / (spread / Double(count) + Self.epsilon).squareRoot()
      for i in entries { values[i] = Float((Double(values[i]) - middle) * factor) }
      mean[column] += Self.momentum * (middle - mean[column])
      variance[column] += Self.momentum * (spread / Double(max(count - 1, 1)) - variance[column])
    }
  }

  package func score() -> EvaluationScore {
    func accuracy(_ features: LabelledFeatures) -> (top1: Double, top5: Double) {
      var features = features
      for row in 0..<features.count {
        for column in 0..<data.width {
          let i = row * data.width + column
          let factor = 1 / (variance[column] + Self.epsilon).squareRoot()
          features.values[i] = Float((Double(features.values[i]) - mean[column]) * factor)
        }
      }
      let logits = data.logits(features.values, weight: weight, bias: bias, outputs: data.classes)
      return topAccuracies(logits, labels: features.labels, classes: data.classes)
    }
    let tested = accuracy(data.test)
    var details = ["train_accuracy": accuracy(data.train).top1]
    if data.classes > 5 { details["top5"] = tested.top5 }
    return EvaluationScore(
      score: tested.top1, details: details,
      summary: "MAE's: LARS, \(steps) steps of \(batch), \(data.views) crops a picture")
  }
}
