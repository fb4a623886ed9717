import Foundation
import Pretraining
import Recipe
import Tensors
import Testing

@Suite struct ObjectiveTests {
  let device = CPUDevice(threads: 1)
  /// Two pictures of three patches, features of width 4, from sines; the last patch of each is masked, and the first
  /// picture's second patch.
  static let mask = [false, true, true, false, false, true]

  func tensor(phase: Double) -> Tensor {
    Tensor((0..<32).map { Float(sin(Double($0 * $0) * 0.37 + phase)) }, shape: [2, 4, 4], device: device)
  }

  @Test func weightsFollowTheTokens() {
    let expected: [LossTokens: [Float]] = [
      .clsMasked: [1, 0, 1, 1, 1, 0, 0, 1], .masked: [0, 0, 1, 1, 0, 0, 0, 1],
      .visible: [0, 1, 0, 0, 0, 1, 1, 0], .all: [1, 1, 1, 1, 1, 1, 1, 1],
    ]
    for (tokens, weights) in expected {
      #expect(Objective(tokens: tokens).weights(mask: Self.mask, pictures: 2) == weights)
    }
  }

  struct Case: Sendable {
    let tokens: LossTokens
    let kind: LossKind
    var beta: Float = 1
    var normalizesTargets = false
    let loss: Float
  }

  /// torch: p, t = sin(arange(32)**2 * .37 + phase).view(8, 4) for phases 0 and .8; per row -F.cosine_similarity(p, t),
  /// or F.smooth_l1_loss / F.mse_loss, and with normalised targets the cosine, against F.layer_norm(t, (4,)), then the
  /// mean over the rows that count.
  static let cases = [
    Case(tokens: .clsMasked, kind: .cosine, loss: -0.7267560), Case(tokens: .masked, kind: .cosine, loss: -0.7061183),
    Case(tokens: .visible, kind: .cosine, loss: -0.4738517), Case(tokens: .all, kind: .cosine, loss: -0.6319169),
    Case(tokens: .clsMasked, kind: .smoothL1, loss: 0.3328043),
    Case(tokens: .masked, kind: .smoothL1, beta: 2, loss: 0.1265779), Case(tokens: .all, kind: .mse, loss: 0.8105711),
    Case(tokens: .all, kind: .cosine, normalizesTargets: true, loss: -0.4686445),
    Case(tokens: .clsMasked, kind: .cosine, normalizesTargets: true, loss: -0.4766529),
  ]

  @Test(arguments: cases)
  func lossesAgreeWithTorch(of test: Case) {
    let objective = Objective(
      tokens: test.tokens, kind: test.kind, beta: test.beta, normalizesTargets: test.normalizesTargets)
    let loss = objective.loss(
      predictions: tensor(phase: 0), targets: tensor(phase: 0.8), mask: Self.mask)
    #expect(abs(loss.scalar - test.loss) < 2e-5)
  }

  @Test func onlyTokensThatCountGetAGradient() throws {
    let predictions = tensor(phase: 0)
    predictions.requiresGradient = true
    Objective(tokens: .masked).loss(predictions: predictions, targets: tensor(phase: 0.8), mask: Self.mask)
      .backward()
    let gradient = try #require(predictions.gradient).array()
    for (token, counts) in [false, false, true, true, false, false, false, true].enumerated() {
      #expect(gradient[token * 4..<token * 4 + 4].contains { $0 != 0 } == counts)
    }
  }

  @Test func cosinesByTokenKind() {
    // Predictions along the first axis; targets at known angles to it.
    let cosines: [Float] = [1, 0.5, -1, 0, 0.25, 0.75, 0.1, -0.5]
    let predictions = Tensor(cosines.flatMap { _ in [Float(3), 0] }, shape: [2, 4, 2], device: device)
    let targets = Tensor(cosines.flatMap { [$0, (1 - $0 * $0).squareRoot()] }, shape: [2, 4, 2], device: device)
    let found = TokenCosines(predictions: predictions, targets: targets, mask: Self.mask)
    for (value, expected) in zip(found.perToken, cosines) { #expect(abs(value - expected) < 1e-6) }
    #expect(abs((found.cls ?? 9) - 0.625) < 1e-6)
    #expect(abs((found.masked ?? 9) - (-1.5 / 3)) < 1e-6)
    #expect(abs((found.visible ?? 9) - (1.35 / 3)) < 1e-6)
    #expect(found.patches(ofPicture: 1, tokens: 4).count == 3)
    let none = TokenCosines(predictions: predictions, targets: targets, mask: [Bool](repeating: false, count: 6))
    #expect(none.masked == nil)
  }
}
