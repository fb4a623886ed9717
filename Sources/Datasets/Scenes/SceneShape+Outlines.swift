import Foundation

extension SceneShape {
  typealias Point = SIMD2<Float>

  static func arrow(_ p: Point, _ t: Float) -> Float {
    let shaft = 0.21 + 0.05 * t
    let neck = 0.12 + 0.10 * t
    return DistanceField.polygon(
      p,
      [
        Point(-0.98, -shaft), Point(neck, -shaft), Point(neck, -0.70), Point(0.98, 0), Point(neck, 0.70),
        Point(neck, shaft), Point(-0.98, shaft),
      ])
  }

  static func bolt(_ p: Point, _ t: Float) -> Float {
    let wide = 0.05 * t
    return DistanceField.polygon(
      p,
      [
        Point(-0.10, -1), Point(0.50 + wide, -1), Point(0.16, -0.30), Point(0.60 + wide, -0.30), Point(-0.32, 1),
        Point(-0.06, 0.12), Point(-0.58 - wide, 0.12),
      ])
  }

  static func cross(_ p: Point, _ t: Float) -> Float {
    let half = 0.30 + 0.05 * t
    return min(
      DistanceField.box(p, center: .zero, half: Point(0.95, half)),
      DistanceField.box(p, center: .zero, half: Point(half, 0.95)))
  }

  /// A lens with a tail and an eye, swimming to the left.
  static func fish(_ p: Point, _ t: Float) -> Float {
    let radius = 0.82 + 0.08 * t
    let sink = radius - 0.48
    let center = Point(-0.22, 0)
    let body = max(
      DistanceField.circle(p, center: center + Point(0, sink), radius: radius),
      DistanceField.circle(p, center: center - Point(0, sink), radius: radius))
    let tail = DistanceField.polygon(p, [Point(0.30, 0), Point(0.98, -0.55), Point(0.80, 0), Point(0.98, 0.55)])
    return max(min(body, tail), -DistanceField.circle(p, center: Point(-0.55, -0.10), radius: 0.09))
  }

  static let heartOutline: [Point] = (0..<48).map { i in
    let angle = Float(i) / 48 * 2 * .pi
    let x = 16 * pow(sin(angle), 3)
    let y = 13 * cos(angle) - 5 * cos(2 * angle) - 2 * cos(3 * angle) - cos(4 * angle)
    return Point(x / 17, -(y + 2.5) / 15.5)
  }

  /// Walls with an open door, a wide roof and a chimney.
  static func house(_ p: Point, _ t: Float) -> Float {
    let eaves = -0.12 + 0.10 * t
    let walls = DistanceField.box(p, center: Point(0, (0.92 + eaves) / 2), half: Point(0.68, (0.92 - eaves) / 2))
    let roof = DistanceField.polygon(p, [Point(-0.98, eaves + 0.02), Point(0, -0.95), Point(0.98, eaves + 0.02)])
    let chimney = DistanceField.box(p, center: Point(0.52, -0.55), half: Point(0.13, 0.32))
    let door = DistanceField.box(p, center: Point(-0.10, 0.72), half: Point(0.18, 0.34))
    return max(min(walls, roof, chimney), -door)
  }

  /// A bow with a hole, a shaft to the right, and two teeth.
  static func key(_ p: Point, _ t: Float) -> Float {
    let bow = DistanceField.circle(p, center: Point(-0.55, 0), radius: 0.43)
    let hole = DistanceField.circle(p, center: Point(-0.55, 0), radius: 0.20 + 0.03 * t)
    let shaft = DistanceField.box(p, center: Point(0.40, 0), half: Point(0.58, 0.13))
    let depth = 0.24 + 0.05 * t
    let tip = DistanceField.box(p, center: Point(0.86, depth), half: Point(0.12, depth))
    let tooth = DistanceField.box(p, center: Point(0.50, depth * 0.85), half: Point(0.11, depth * 0.85))
    return max(min(bow, shaft, tip, tooth), -hole)
  }

  static func moon(_ p: Point, _ t: Float) -> Float {
    let shifted = p + Point(-0.12, 0)
    return max(
      DistanceField.circle(shifted, radius: 0.95),
      -DistanceField.circle(shifted, center: Point(0.46 + 0.06 * t, 0), radius: 0.76))
  }

  /// Half a disc on a stem.
  static func mushroom(_ p: Point, _ t: Float) -> Float {
    let brim: Float = 0.08
    let cap = max(DistanceField.circle(p, center: Point(0, brim), radius: 0.98), p.y - brim)
    let half = 0.26 + 0.06 * t
    let stem = DistanceField.box(p, center: Point(0, 0.46), half: Point(half - 0.1, 0.38)) - 0.1
    return min(cap, stem)
  }

  static func starOutline(inner: Float) -> [Point] {
    (0..<10).map { i in
      let angle = Float(i) / 10 * 2 * .pi
      let radius: Float = i % 2 == 0 ? 1 : inner
      return Point(radius * sin(angle), -radius * cos(angle))
    }
  }

  /// A fir: three tiers, each wider, on a trunk.
  static func tree(_ p: Point, _ t: Float) -> Float {
    let wide = 0.72 + 0.08 * t
    let tiers: [(top: Float, bottom: Float, half: Float)] = [
      (-1, -0.38, wide * 0.58), (-0.66, 0.14, wide * 0.80), (-0.24, 0.66, wide),
    ]
    var distance = DistanceField.box(p, center: Point(0, 0.80), half: Point(0.13, 0.20))
    for tier in tiers {
      let outline = [Point(0, tier.top), Point(tier.half, tier.bottom), Point(-tier.half, tier.bottom)]
      distance = min(distance, DistanceField.polygon(p, outline))
    }
    return distance
  }
}
