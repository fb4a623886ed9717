import Evaluation
import Foundation
import Tensors
import Testing

@Suite struct SoftmaxRegressionTests {
  /// Optimum of the same problem found by torch in float64:
  ///
  ///     R, D, C = 60, 5, 3
  ///     i = torch.arange(R, dtype=torch.float64)[:, None]; j = torch.arange(D, dtype=torch.float64)[None]
  ///     x = torch.sin(1.7 * i + 2.3 * j + 0.11 * i * j)
  ///     y = ((torch.sin(0.9 * i[:, 0]) + x[:, 0]) * 1.4 + 1.5).floor().clamp(0, 2).long()
  ///     LBFGS(strong_wolfe, tolerance_grad 1e-12) on cross_entropy(x @ w.T + b, y) + 0.005 * (w * w).sum()
  @Test func reachesTorchsOptimum() {
    var values: [Float] = []
    var labels: [Int32] = []
    for i in 0..<60 {
      let row = (0..<5).map { j in sin(1.7 * Double(i) + 2.3 * Double(j) + 0.11 * Double(i * j)) }
      values += row.map { Float($0) }
      labels.append(Int32(min(max(((sin(0.9 * Double(i)) + row[0]) * 1.4 + 1.5).rounded(.down), 0), 2)))
    }
    #expect((0..<3).map { label in labels.count { $0 == label } } == [20, 19, 21])
    let features = Tensor(values, shape: [60, 5], device: CPUDevice(threads: 1))
    var regression = SoftmaxRegression(
      features: features, labels: labels, classes: 3, decay: 0.01, maximumIterations: 500)
    while !regression.isDone { regression.advance() }
    #expect(abs(regression.objective - 0.8428074143282942) < 1e-6)
    let expected: [Float] = [
      -1.5905734257469524, 0.22734403244212836, -0.07853031999006278, 0.010763863262639718, -0.29043589706289374,
      0.35107617014552217, -0.08712249457412698, -0.21254892331754324, 0.029902779804323047, 0.3156955167877668,
      1.2394972556014292, -0.14022153786800134, 0.29107924330760676, -0.040666643066962896, -0.0252596197248728,
    ]
    // Logits of nothing are the bias, those of a single feature its weights besides.
    let device = CPUDevice(threads: 1)
    let bias = regression.logits(Tensor([Float](repeating: 0, count: 5), shape: [1, 5], device: device)).array()
    var identity = [Float](repeating: 0, count: 25)
    for feature in 0..<5 { identity[feature * 5 + feature] = 1 }
    let single = Tensor(identity, shape: [5, 5], device: device)
    let ofSingle = regression.logits(single).array()
    var weight: [Float] = []
    for label in 0..<3 {
      for feature in 0..<5 { weight.append(ofSingle[feature * 3 + label] - bias[label]) }
    }
    for (found, wanted) in zip(weight, expected) { #expect(abs(found - wanted) < 3e-3) }
    let mean = bias.reduce(0, +) / 3
    let expectedBias: [Float] = [-0.2583411068530668, 0.19238169375113834, 0.06595941310192849]
    for (found, wanted) in zip(bias, expectedBias) {
      #expect(abs(found - mean - wanted) < 3e-3)
    }
    let logits = regression.logits(features).array()
    let right = (0..<60).count { row in
      let own = logits[row * 3..<row * 3 + 3]
      return own.firstIndex(of: own.max() ?? 0) == row * 3 + Int(labels[row])
    }
    #expect(right == 36)
  }

  @Test func lbfgsSolvesRosenbrock() {
    var search = LBFGS(start: [-1.2, 1], gradientTolerance: 1e-9, maximumIterations: 500)
    var evaluations = 0
    while !search.isDone, evaluations < 2000 {
      let (x, y) = (search.candidate[0], search.candidate[1])
      search.report(
        value: 100 * (y - x * x) * (y - x * x) + (1 - x) * (1 - x),
        gradient: [-400 * x * (y - x * x) - 2 * (1 - x), 200 * (y - x * x)])
      evaluations += 1
    }
    #expect(search.isDone && search.iterations < 100)
    #expect(abs(search.point[0] - 1) < 1e-6 && abs(search.point[1] - 1) < 1e-6)
  }

  @Test func lbfgsEndsWhereTheFunctionIsNotFinite() {
    var search = LBFGS(start: [1], gradientTolerance: 1e-9, maximumIterations: 10)
    search.report(value: .nan, gradient: [.nan])
    #expect(search.isDone)
  }
}
