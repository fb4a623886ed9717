import Foundation
import Pretraining
import Recipe
import Tensors
import Testing

/// Values and gradients from torch (float64): p, t = sin(arange(32)**2 * .37 + phase).view(2, 4, 4) for phases 0 and
/// .8, s = F.normalize(x, dim=-1), F.log_softmax(s @ s.transpose(1, 2) / temperature, -1) of both, (lt.exp() * (lt -
/// lp)).sum(-1), mean over the tokens that count.
@Suite struct RelationalLossTests {
  private let device = CPUDevice(threads: 1)

  private func tensor(phase: Double, width: Int = 4) -> Tensor {
    Tensor(
      (0..<32).filter { $0 % 4 < width }.map { Float(sin(Double($0 * $0) * 0.37 + phase)) }, shape: [2, 4, width],
      device: device)
  }

  struct Case: Sendable {
    let tokens: LossTokens
    let temperature: Float
    let loss: Float
    let gradientNorm: Float
    /// Of the first picture's CLS.
    let gradient: [Float]
  }

  static let cases = [
    Case(
      tokens: .all, temperature: 0.07, loss: 0.0121342534, gradientNorm: 0.130407491,
      gradient: [-0.049881441, -0.013646267, -0.00874084, -0.072823944]),
    Case(
      tokens: .all, temperature: 0.5, loss: 0.0892723555, gradientNorm: 0.183186043,
      gradient: [-0.036068338, -0.01033879, -0.005665421, -0.050085516]),
    Case(
      tokens: .clsMasked, temperature: 0.5, loss: 0.0752637594, gradientNorm: 0.15795260,
      gradient: [-0.028795297, -0.008631933, -0.003997998, -0.037924037]),
    Case(
      tokens: .masked, temperature: 0.5, loss: 0.0337444655, gradientNorm: 0.122249192,
      gradient: [-0.0027964007, -0.0021321246, 0.0013511722, 0.0030678789]),
  ]

  @Test(arguments: cases)
  func agreesWithTorch(of test: Case) throws {
    let predictions = tensor(phase: 0)
    predictions.requiresGradient = true
    let loss = Objective(tokens: test.tokens, kind: .relational, temperature: test.temperature).loss(
      predictions: predictions, targets: tensor(phase: 0.8), mask: ObjectiveTests.mask)
    #expect(abs(loss.scalar - test.loss) < 1e-6)
    loss.backward()
    let gradient = try #require(predictions.gradient).array()
    for (found, expected) in zip(gradient, test.gradient) { #expect(abs(found - expected) < 1e-5) }
    let norm = gradient.reduce(0) { $0 + $1 * $1 }.squareRoot()
    #expect(abs(norm - test.gradientNorm) < 1e-5)
  }

  @Test func targetsMayHaveAnotherWidth() {
    let objective = Objective(tokens: .all, kind: .relational, temperature: 0.5)
    let loss = objective.loss(
      predictions: tensor(phase: 0), targets: tensor(phase: 0.8, width: 3), mask: ObjectiveTests.mask)
    #expect(abs(loss.scalar - 0.143692353) < 1e-6)
    let each = objective.perToken(predictions: tensor(phase: 0), targets: tensor(phase: 0.8, width: 3))
    let expected: [Float] = [
      0.084206775, 0.162864249, 0.163567642, 0.085696768, 0.297980764, 0.200828748, 0.054948403, 0.099445479,
    ]
    for (found, expected) in zip(each, expected) { #expect(abs(found - expected) < 1e-6) }
  }

  @Test func likenessThatIsTheSameCostsNothing() {
    let turned = Tensor(tensor(phase: 0).array().map { -2 * $0 }, shape: [2, 4, 4], device: device)
    let loss = Objective(tokens: .all, kind: .relational).loss(
      predictions: turned, targets: tensor(phase: 0), mask: ObjectiveTests.mask)
    #expect(abs(loss.scalar) < 1e-6)
  }

  /// Every token is compared with all others, so none may be left out.
  @Test func countsNoTokensByThemselves() {
    #expect(Objective(kind: .relational).countedRows(mask: ObjectiveTests.mask, pictures: 2) == nil)
  }

  /// Cosines with the targets say nothing of such a student; how much of the mean's loss is gone does.
  @Test func aRunMeasuresSkillAndNoCosines() throws {
    var run = TinyRun()
    run.objective = Objective(tokens: .all, kind: .relational, temperature: 0.5)
    let trainer = try run.trainer()
    _ = try trainer.applied()
    let second = try trainer.applied()
    #expect(second.loss > 0)
    #expect(second.value("skill") != nil && second.value("loss_constant") != nil)
    #expect(second.cosineCLS == nil && second.cosineMasked == nil && second.value("cosine_masked_constant") == nil)
  }
}
