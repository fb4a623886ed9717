import Tensors

/// The fits of a linear probe one after another: one for each decay on a part of the training features, then one on all
/// of them with the decay that did best.
package struct ProbeFit {
  private let options: LinearProbeOptions
  private let classes: Int
  private let device: any ComputeDevice
  private let train: LabelledFeatures
  private let test: LabelledFeatures
  private let fitted: LabelledFeatures
  private let heldOut: LabelledFeatures
  private var current: SoftmaxRegression
  /// Cross-entropy on the held-out features of each decay tried so far.
  private var losses: [Double] = []
  /// The least of those: of the decay that was chosen; nil where nothing was held out.
  package var heldOutLoss: Double? { losses.min() }
  private var chosen: Double?
  package private(set) var score: EvaluationScore?

  package init(
    train: LabelledFeatures, test: LabelledFeatures, classes: Int, options: LinearProbeOptions,
    device: any ComputeDevice
  ) {
    let scaling = FeatureScaling(of: train)
    self.train = scaling.apply(to: train)
    self.test = scaling.apply(to: test)
    self.classes = classes
    self.options = options
    self.device = device
    let order = drawnPlaces(train.count, seed: options.seed)
    let held = max(1, Int(Double(train.count) * options.heldOut))
    // One decay leaves nothing to choose, and one picture leaves nothing to hold out.
    let chooses = (options.decays.count > 1 || options.alwaysHoldsOut) && train.count > held
    heldOut = self.train.rows(chooses ? Array(order.prefix(held)) : [])
    fitted = self.train.rows(chooses ? Array(order.dropFirst(held)) : [])
    if !chooses { chosen = options.decays[0] }
    current = Self.regression(
      chooses ? fitted : self.train, decay: options.decays[0], classes: classes, options: options, device: device)
  }

  package var isDone: Bool { score != nil }
  /// Of the fit that is made, and the objective's value at its best point.
  package var iterations: Int { current.iterations }
  package var objective: Double { current.objective }

  package var fraction: Double {
    let fits = Double(options.decays.count + 1)
    let done = Double(chosen == nil ? losses.count : options.decays.count)
    return (done + Double(current.iterations) / Double(options.iterations + 1)) / fits
  }

  var phase: String {
    chosen == nil ? "decay \(losses.count + 1)/\(options.decays.count)" : "fit, iteration \(current.iterations)"
  }

  /// One evaluation of the objective.
  package mutating func advance() {
    guard !isDone else { return }
    current.advance()
    guard current.isDone else { return }
    if let chosen {
      score = finalScore(decay: chosen)
      return
    }
    losses.append(loss(on: heldOut))
    if losses.count < options.decays.count {
      current = Self.regression(
        fitted, decay: options.decays[losses.count], classes: classes, options: options, device: device)
    } else {
      let best = losses.indices.min { losses[$0] < losses[$1] } ?? 0
      chosen = options.decays[best]
      current = Self.regression(
        train, decay: options.decays[best], classes: classes, options: options, device: device)
    }
  }

  private static func regression(
    _ features: LabelledFeatures, decay: Double, classes: Int, options: LinearProbeOptions, device: any ComputeDevice
  ) -> SoftmaxRegression {
    SoftmaxRegression(
      features: Tensor(features.values, shape: [features.count, features.width], device: device),
      labels: features.labels, classes: classes, decay: decay, maximumIterations: options.iterations)
  }

  private func logits(_ features: LabelledFeatures) -> Tensor {
    current.logits(Tensor(features.values, shape: [features.count, features.width], device: device))
  }

  private func loss(on features: LabelledFeatures) -> Double {
    Double(crossEntropy(logits(features), labels: features.labels).scalar)
  }

  private func finalScore(decay: Double) -> EvaluationScore {
    let tested = topAccuracies(logits(test).array(), labels: test.labels, classes: classes)
    let trained = topAccuracies(logits(train).array(), labels: train.labels, classes: classes)
    var details = ["train_accuracy": trained.top1]
    if classes > 5 { details["top5"] = tested.top5 }
    return EvaluationScore(score: tested.top1, details: details, summary: "L-BFGS, decay=\(decay)")
  }
}

/// Shares of rows whose class has the largest logit, and one of the five largest; among equals the lower class comes
/// first.
package func topAccuracies(_ logits: [Float], labels: [Int32], classes: Int) -> (top1: Double, top5: Double) {
  var (top1, top5) = (0, 0)
  for (row, label) in labels.enumerated() {
    let own = logits[row * classes + Int(label)]
    var before = 0
    for other in 0..<classes {
      let value = logits[row * classes + other]
      if value > own || (value == own && other < Int(label)) { before += 1 }
    }
    if before == 0 { top1 += 1 }
    if before < 5 { top5 += 1 }
  }
  let count = Double(max(labels.count, 1))
  return (Double(top1) / count, Double(top5) / count)
}
