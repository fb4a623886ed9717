import Tensors

/// Random brightness, contrast, saturation and hue, each half of the time, rounded to bytes after each. Where there are
/// not three channels, saturation and hue, which are drawn as ever, change nothing.
///
/// Source: `mmsegmentation`, `PhotoMetricDistortion` (datasets/pipelines/transforms.py): hue in OpenCV's half degrees.
enum PhotometricDistortion {
  private static let brightness: Float = 32
  private static let factors: ClosedRange<Float> = 0.5...1.5
  private static let hue = 18

  static func apply(to picture: inout Picture, using generator: inout Philox) {
    func happens() -> Bool { generator.uniform() < 0.5 }
    func factor() -> Float { generator.uniform(factors.lowerBound, factors.upperBound) }
    if happens() {
      let shift = generator.uniform(-brightness, brightness)
      change(&picture) { $0 + shift }
    }
    let contrastFirst = happens()
    if contrastFirst, happens() {
      let by = factor()
      change(&picture) { $0 * by }
    }
    if happens() {
      let by = factor()
      changeHSV(&picture) { $0.saturation = min($0.saturation * by, 255) }
    }
    if happens() {
      let by = Float(generator.below(2 * hue) - hue)
      changeHSV(&picture) { $0.hue = ($0.hue + by + 180).truncatingRemainder(dividingBy: 180) }
    }
    if !contrastFirst, happens() {
      let by = factor()
      change(&picture) { $0 * by }
    }
  }

  private static func byte(_ value: Float) -> UInt8 { UInt8(min(max(value.rounded(), 0), 255)) }

  private static func change(_ picture: inout Picture, _ body: (Float) -> Float) {
    let table = (0...255).map { byte(body(Float($0))) }
    for index in picture.samples.indices { picture.samples[index] = table[Int(picture.samples[index])] }
  }

  /// Hue 0..<180, saturation and value 0...255.
  struct HSV {
    var hue: Float
    var saturation: Float
    var value: Float

    init(_ red: Float, _ green: Float, _ blue: Float) {
      value = max(red, green, blue)
      let span = value - min(red, green, blue)
      saturation = value > 0 ? 255 * span / value : 0
      let sixth: Float =
        span == 0
        ? 0
        : value == red
          ? (green - blue) / span : value == green ? 2 + (blue - red) / span : 4 + (red - green) / span
      hue = sixth < 0 ? 30 * sixth + 180 : 30 * sixth
    }

    /// Red, green and blue, 0...255.
    var rgb: (Float, Float, Float) {
      let chroma = value * saturation / 255
      let low = value - chroma
      let sixth = hue / 30
      let rising = chroma * (1 - abs(sixth.truncatingRemainder(dividingBy: 2) - 1)) + low
      switch Int(sixth) {
      case 0: return (value, rising, low)
      case 1: return (rising, value, low)
      case 2: return (low, value, rising)
      case 3: return (low, rising, value)
      case 4: return (rising, low, value)
      default: return (value, low, rising)
      }
    }
  }

  private static func changeHSV(_ picture: inout Picture, _ body: (inout HSV) -> Void) {
    guard picture.channels == 3 else { return }
    for at in stride(from: 0, to: picture.samples.count - 2, by: 3) {
      var color = HSV(Float(picture.samples[at]), Float(picture.samples[at + 1]), Float(picture.samples[at + 2]))
      body(&color)
      let (red, green, blue) = color.rgb
      (picture.samples[at], picture.samples[at + 1], picture.samples[at + 2]) = (byte(red), byte(green), byte(blue))
    }
  }
}
