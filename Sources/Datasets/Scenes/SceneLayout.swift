import Foundation
import Tensors

/// Everything about one scene but its pixels; lengths in widths of the picture, so that a scene looks the same at any
/// size.
struct SceneLayout {
  struct Object {
    var shape: SceneShape
    var color: SceneColor
    var texture: SceneTexture
    /// First and second shade.
    var shades: (Color, Color)
    var center: SIMD2<Float>
    /// Half of the shape's extent.
    var radius: Float
    /// Radians.
    var angle: Float
    var mirrored: Bool
    /// Width over height.
    var stretch: Float
    /// 0..<ShapeAtlas.proportions
    var proportion: Int
    var texturePeriod: Float
    var textureAngle: Float
  }

  struct Background {
    var colors: (Color, Color)
    var pattern: ScenePattern
    /// Radians a width, and where the waves start.
    var frequency: SIMD2<Float>
    var phase: SIMD2<Float>
  }

  var background: Background
  /// From back to front; the last one is the main object, whose class is the label.
  var objects: [Object]
  /// Change of brightness over half a width, along x and y.
  var light: SIMD2<Float>
  /// Standard deviation of the noise.
  var noise: Float

  /// - Parameters:
  ///   - hasHabits: whether things of a class mostly look alike.
  ///   - elsewhere: draws what is around the main object; nil goes on with `generator`. The main object and
  ///     the kind of background are the same either way.
  init(label: SceneShape, hasHabits: Bool = true, using generator: inout Philox, elsewhere: Philox? = nil) {
    let main = Object(
      label, radius: 0.28...0.38, center: SIMD2(0.5, 0.5), jitter: 0.06, hasHabits: hasHabits, using: &generator)
    let pattern = label.pattern(hasHabits: hasHabits, using: &generator)
    generator = elsewhere ?? generator
    background = Background(pattern, apartFrom: main.shades.0, using: &generator)
    objects = []
    let draw = generator.uniform()
    for _ in 0..<(draw < 0.45 ? 0 : draw < 0.85 ? 1 : 2) {
      let others = SceneShape.allCases.filter { $0 != label }
      let shape = others[generator.below(others.count)]
      let around = generator.uniform(0, 2 * .pi)
      let place = SIMD2(0.5 + 0.52 * cos(around), 0.5 + 0.52 * sin(around))
      let corner = place.clamped(lowerBound: SIMD2(0.12, 0.12), upperBound: SIMD2(0.88, 0.88))
      objects.append(
        Object(shape, radius: 0.07...0.11, center: corner, jitter: 0.04, hasHabits: hasHabits, using: &generator))
    }
    objects.append(main)
    let sun = generator.uniform(0, 2 * .pi)
    light = SIMD2(cos(sun), sin(sun)) * generator.uniform(0, 0.9)
    noise = generator.uniform(0.01, 0.06)
  }
}

extension SceneLayout.Object {
  init(
    _ shape: SceneShape, radius: ClosedRange<Float>, center: SIMD2<Float>, jitter: Float, hasHabits: Bool,
    using generator: inout Philox
  ) {
    self.shape = shape
    color = shape.color(hasHabits: hasHabits, using: &generator)
    texture = shape.texture(hasHabits: hasHabits, using: &generator)
    let shift = SIMD3(generator.uniform(-0.06, 0.06), generator.uniform(-0.06, 0.06), generator.uniform(-0.06, 0.06))
    let first = (color.color + shift).clamped(lowerBound: .zero, upperBound: .one)
    let brighter = luminance(first) < 0.35
    let contrast = generator.uniform(0.25, 0.45)
    shades = (first, brighter ? first + (Color.one - first) * contrast : first * (1 - contrast))
    self.center = center + SIMD2(generator.uniform(-jitter, jitter), generator.uniform(-jitter, jitter))
    self.radius = generator.uniform(radius.lowerBound, radius.upperBound)
    angle = generator.uniform(-0.35, 0.35)
    mirrored = generator.uniform() < 0.5
    stretch = exp(generator.uniform(-0.15, 0.15))
    proportion = generator.below(ShapeAtlas.proportions)
    texturePeriod = generator.uniform(0.35, 0.6)
    textureAngle = generator.uniform(0, .pi)
  }
}

extension SceneLayout.Background {
  /// Least distance of the main object's colour from both colours of the background.
  private static let leastDistance: Float = 0.22

  /// Two colours that the object stands out from, often far apart: what pixels alone have in common says little about
  /// the class.
  init(_ pattern: ScenePattern, apartFrom object: Color, using generator: inout Philox) {
    var first = Color.zero
    var second = Color.zero
    // A background that clashes is drawn again; one of forty is good, and if none were the last would do.
    for _ in 0..<40 {
      let gray = generator.uniform(0.15, 0.9)
      let tint = SIMD3(generator.uniform(-1, 1), generator.uniform(-1, 1), generator.uniform(-1, 1)) * 0.35
      let step = SIMD3(generator.uniform(-1, 1), generator.uniform(-1, 1), generator.uniform(-1, 1)) * 0.6
      first = (Color(repeating: gray) + tint).clamped(lowerBound: .zero, upperBound: .one)
      second = (first + step).clamped(lowerBound: .zero, upperBound: .one)
      if distance(first, object) > Self.leastDistance, distance(second, object) > Self.leastDistance { break }
    }
    self.pattern = pattern
    colors = (first, first + (second - first) * pattern.contrast)
    let direction = generator.uniform(0, 2 * .pi)
    frequency = SIMD2(cos(direction), sin(direction)) * (pattern.frequency * generator.uniform(0.85, 1.15))
    phase = SIMD2(generator.uniform(0, 2 * .pi), generator.uniform(0, 2 * .pi))
  }
}

private func luminance(_ color: Color) -> Float { 0.299 * color.x + 0.587 * color.y + 0.114 * color.z }

/// Root mean square over the channels.
private func distance(_ a: Color, _ b: Color) -> Float {
  let d = a - b
  return ((d * d).sum() / 3).squareRoot()
}
