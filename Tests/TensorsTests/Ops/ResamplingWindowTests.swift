import Tensors
import Testing

@Suite struct ResamplingWindowTests {
  @Test(arguments: [-0.5, -0.75]) func kernelIsOneAtZeroAndZeroAtOtherSamples(a: Double) {
    #expect([0, 1, 2, 3, -1, -2].map { cubicKernel($0, a: a) } == [1, 0, 0, 0, 0, 0])
    for distance in [0.25, 0.5, 1.25, 1.75] {
      #expect(cubicKernel(distance, a: a) == cubicKernel(-distance, a: a))
      // Samples at whole distances share all of a value.
      let sum = (-2...2).reduce(0.0) {
        $0 + cubicKernel(distance.truncatingRemainder(dividingBy: 1) + Double($1), a: a)
      }
      #expect(abs(sum - 1) < 1e-12)
    }
  }

  @Test func aPlaceOfTheSameSizeIsItsSample() {
    for place in 0..<8 {
      let window = ResamplingWindow(center: Double(place) + 0.5, scale: 1, count: 8)
      for (sample, weight) in zip(window.samples, window.weights()) { #expect(weight == (sample == place ? 1 : 0)) }
      #expect(window.samples.contains(place))
    }
  }

  @Test func shrinkingWidensTheKernelUpToTheBorders() {
    let middle = ResamplingWindow(center: 8, scale: 2, count: 16)
    #expect(middle.samples == 4..<12)
    #expect(middle.weights() == middle.weights().reversed())
    #expect(abs(middle.weights().reduce(0, +) - 1) < 1e-6)
    let border = ResamplingWindow(center: 1, scale: 2, count: 16)
    #expect(border.samples == 0..<5 && abs(border.weights().reduce(0, +) - 1) < 1e-6)
  }

  /// Half of 16 samples by Lanczos, as Pillow 13 resizes floats (`Image.fromarray(line).resize((8, 1), LANCZOS)`).
  @Test func lanczosIsPillows() {
    let line = (0..<16).map { Float(($0 * 7) % 16) / 16 }
    let found = (0..<8).map { place -> Float in
      let window = ResamplingWindow(center: Double(place) * 2 + 1, scale: 2, count: 16, filter: .lanczos)
      return zip(window.samples, window.weights()).reduce(0) { $0 + line[$1.0] * $1.1 }
    }
    let expected: [Float] = [
      0.2881134, 0.6501206, 0.4684029, 0.2921688, 0.6135542, 0.6263703, 0.4520398, 0.3855419,
    ]
    for (a, b) in zip(found, expected) { #expect(abs(a - b) < 1e-6) }
  }
}
