import Foundation

/// Signed distances to simple outlines, negative inside; a shape is put together from them with `min` (union), `max`
/// (intersection) and `max(a, -b)` (difference). x runs to the right, y down.
enum DistanceField {
  typealias Point = SIMD2<Float>

  static func length(_ p: Point) -> Float { (p.x * p.x + p.y * p.y).squareRoot() }

  static func circle(_ p: Point, center: Point = .zero, radius: Float) -> Float { length(p - center) - radius }

  static func box(_ p: Point, center: Point, half: Point) -> Float {
    let q = Point(abs(p.x - center.x), abs(p.y - center.y)) - half
    let outside = length(Point(max(q.x, 0), max(q.y, 0)))
    return outside + min(max(q.x, q.y), 0)
  }

  /// A closed polygon, convex or not.
  static func polygon(_ p: Point, _ corners: [Point]) -> Float {
    var nearest = Float.infinity
    var inside = false
    var a = corners[corners.count - 1]
    for b in corners {
      nearest = min(nearest, length(p - a - (b - a) * position(of: p, along: a, b)))
      if (a.y > p.y) != (b.y > p.y), p.x < (b.x - a.x) * (p.y - a.y) / (b.y - a.y) + a.x { inside.toggle() }
      a = b
    }
    return inside ? -nearest : nearest
  }

  /// Where on a line the nearest point is: 0 at `a`, 1 at `b`.
  private static func position(of p: Point, along a: Point, _ b: Point) -> Float {
    let way = b - a
    let offset = p - a
    return min(max((offset.x * way.x + offset.y * way.y) / (way.x * way.x + way.y * way.y), 0), 1)
  }
}
