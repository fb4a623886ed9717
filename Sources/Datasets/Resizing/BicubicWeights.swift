/// How one axis is resampled: which source pixels make up each target pixel, and with what weight.
///
/// Bicubic with a = -0.5 whose support widens with the scale when shrinking (antialiasing), weights rounded to fixed point: the
/// arithmetic of Pillow (`python-pillow/Pillow`, `src/libImaging/Resample.c`), so that results are equal to the last bit.
struct BicubicWeights {
  /// Fraction bits of a weight: 32 minus 8 for the pixel minus 2 for overshoot.
  static let fractionBits: Int32 = 22

  /// Weights a target pixel has at most; row `i` of `weights` is `weights[i * taps ..< (i + 1) * taps]`.
  let taps: Int
  let weights: [Int32]
  /// First source pixel, and number of source pixels, of each target pixel.
  let first: [Int]
  let count: [Int]

  init(source: Int, target: Int) {
    let scale = Double(source) / Double(target)
    let widening = max(scale, 1)
    let support = 2 * widening
    let taps = Int(support.rounded(.up)) * 2 + 1
    var weights = [Int32](repeating: 0, count: target * taps)
    var first: [Int] = []
    var count: [Int] = []
    for i in 0..<target {
      let center = (Double(i) + 0.5) * scale
      let low = max(Int(center - support + 0.5), 0)
      let high = min(Int(center + support + 0.5), source)
      let raw = (low..<high).map { Self.kernel((Double($0) - center + 0.5) / widening) }
      let sum = raw.reduce(0, +)
      for (tap, weight) in raw.enumerated() {
        let fixed = (sum == 0 ? weight : weight / sum) * Double(1 << Self.fractionBits)
        weights[i * taps + tap] = Int32(fixed < 0 ? fixed - 0.5 : fixed + 0.5)
      }
      first.append(low)
      count.append(high - low)
    }
    self.taps = taps
    self.weights = weights
    self.first = first
    self.count = count
  }

  /// Keys' cubic convolution kernel with a = -0.5.
  static func kernel(_ position: Double) -> Double {
    let x = abs(position)
    let a = -0.5
    if x < 1 { return ((a + 2) * x - (a + 3)) * x * x + 1 }
    if x < 2 { return (((x - 5) * x + 8) * x - 4) * a }
    return 0
  }
}
