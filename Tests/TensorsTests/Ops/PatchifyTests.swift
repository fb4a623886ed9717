import Tensors
import Testing

/// Patches of pictures of any number of channels.
@Suite struct PatchifyTests {
  @Test(arguments: [1, 2, 3, 4, 7], Engine.float32)
  func valuesStandByChannelRowAndColumn(_ channels: Int, _ engine: Engine) {
    let device = engine.device(threads: 1)
    let (pictures, height, width, patch) = (2, 4, 6, 2)
    let values = (0..<pictures * channels * height * width).map { Float($0 % 53) / 52 }
    let mean = (0..<channels).map { 0.2 + 0.1 * Float($0) }
    let deviation = (0..<channels).map { 0.3 + 0.05 * Float($0) }
    let patches = patchify(
      Tensor(values, shape: [pictures, channels, height, width], device: device), patch: patch, mean: mean,
      standardDeviation: deviation)
    #expect(patches.shape == [pictures, 6, channels * patch * patch])
    var wanted: [Float] = []
    for picture in 0..<pictures {
      for (row, column) in (0..<6).map({ ($0 / 3, $0 % 3) }) {
        for channel in 0..<channels {
          for (y, x) in [(0, 0), (0, 1), (1, 0), (1, 1)] {
            let place = ((picture * channels + channel) * height + row * patch + y) * width + column * patch + x
            wanted.append((values[place] - mean[channel]) / deviation[channel])
          }
        }
      }
    }
    #expect(zip(patches.array(), wanted).allSatisfy { abs($0 - $1) < 1e-5 })
  }

  /// The gradient of a patch embedding by finite differences, for one channel and for five.
  @Test(arguments: [1, 5], Engine.float32) func theSlopeOfAPatchEmbedding(_ channels: Int, _ engine: Engine) {
    let device = engine.device(threads: 1)
    let pixels = Tensor(
      (0..<channels * 16).map { Float($0 * 11 % 37) / 36 }, shape: [1, channels, 4, 4], device: device)
    let start = (0..<2 * channels * 4).map { Float($0 % 5) / 10 - 0.2 }
    func loss(_ weight: Tensor) -> Tensor {
      let patches = patchify(
        pixels, patch: 2, mean: [Float](repeating: 0.4, count: channels),
        standardDeviation: [Float](repeating: 0.25, count: channels))
      let made = linear(patches.reshaped([4, channels * 4]), weight: weight, bias: nil)
      return meanSquaredLoss(made, .zeros(made.shape, device: device))
    }
    let weight = Tensor(start, shape: [2, channels * 4], device: device)
    weight.requiresGradient = true
    loss(weight).backward()
    let slopes = weight.gradient?.array() ?? []
    #expect(slopes.count == start.count)
    for place in stride(from: 0, to: start.count, by: 3) {
      func at(_ step: Float) -> Float {
        var moved = start
        moved[place] += step
        return loss(Tensor(moved, shape: weight.shape, device: device)).scalar
      }
      let difference = (at(0.02) - at(-0.02)) / 0.04
      #expect(abs(difference - slopes[place]) < 2e-3 * max(1, abs(slopes[place])), "place \(place)")
    }
  }
}
