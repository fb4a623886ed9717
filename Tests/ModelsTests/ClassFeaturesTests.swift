import Models
import Tensors
import Testing

@Suite struct ClassFeaturesTests {
  /// Long texts weigh no more than short ones: each is brought to length 1 before the mean is taken, and that again.
  @Test func meansAreOfUnitLengthTexts() {
    let device = CPUDevice(threads: 1)
    let known: [String: [Float]] = ["a": [3, 0], "b": [0, 40], "c": [-5, 0]]
    let found = classFeatures([["a", "b"], ["b"], ["a", "b", "b", "b"]]) { texts in
      Tensor(texts.flatMap { known[$0] ?? [] }, shape: [texts.count, 2], device: device)
    }
    #expect(found.shape == [3, 2])
    let half = Float(0.5).squareRoot()
    let wanted: [Float] = [half, half, 0, 1, 1 / Float(10).squareRoot(), 3 / Float(10).squareRoot()]
    #expect(zip(found.array(), wanted).allSatisfy { abs($0 - $1) < 1e-6 })
  }
}
