import Foundation
import Tensors
import Testing

/// Gradients against central differences of the op itself, along random directions.
@Suite struct FiniteDifferenceTests {
  /// Cases with rows far shorter than any usable step, and one whose gradient is no slope on purpose.
  static let excluded: Set = ["l2Normalize.tiny", "cosineLoss.tiny", "straightThrough"]
  static let names = OpTable.ops.keys.filter { !excluded.contains($0) }.sorted()

  @Test(arguments: names, Engine.float32)
  func gradientsAreSlopes(name: String, engine: Engine) throws {
    let fixture = try #require(OpFixture.all[name])
    let op = try #require(OpTable.ops[name])
    guard let upstream = fixture.upstream?.values else { return }
    let inputs = OpInputs(fixture, device: engine.device(threads: 1))
    dotProduct(op(inputs), upstream).backward()

    // The error of a central difference is step²/6 of the third derivative, and rounding (1e-7 of the terms) over the
    // step: sharp functions (temperature 0.1, scale e^2.66) need the smaller step.
    let step: Float = name == "softCrossEntropy" || name == "contrastiveLoss" ? 2e-3 : 5e-3
    for (order, input) in fixture.gradients.keys.sorted().enumerated() {
      let tensor = try #require(inputs.tensors[input])
      let gradient = try #require(tensor.gradient).array()
      let start = tensor.array()
      let size = sqrt(gradient.reduce(0.0) { $0 + Double($1) * Double($1) })
      for trial in 0..<3 {
        let direction = normalValues(start.count, seed: UInt64(100 * order + trial))
        tensor.write(zip(start, direction).map { $0 + step * $1 })
        let above = dotInDouble(op(inputs), upstream)
        let far = tensor.array()
        tensor.write(zip(start, direction).map { $0 - step * $1 })
        let below = dotInDouble(op(inputs), upstream)
        // The steps as float32 took them.
        let near = tensor.array()
        tensor.write(start)
        let slope = above - below
        var expected = 0.0
        for i in start.indices { expected += Double(gradient[i]) * (Double(far[i]) - Double(near[i])) }
        let error = abs(slope - expected) / (2 * Double(step) * size)
        #expect(error < 1e-2, "\(input), direction \(trial): slope \(slope), from the gradient \(expected)")
      }
    }
  }
}
