import Foundation

/// The object classes of the built-in scenes. They differ in outline; colour, texture and background are more often a
/// class's usual ones (``SceneShape/usualColors`` and what follows it) than others, size, pose and place do not depend
/// on the class.
package enum SceneShape: Int, CaseIterable, Sendable {
  case arrow, bolt, cross, fish, heart, house, key, moon, mushroom, ring, star, tree

  package var name: String { String(describing: self) }

  /// Signed distance to the outline in a frame where the shape just fits into -1...1, y down.
  /// - Parameter proportion: -1...1, how the parts relate: thin or thick, short or long.
  func distance(at p: SIMD2<Float>, proportion t: Float) -> Float {
    switch self {
    case .arrow: return Self.arrow(p, t)
    case .bolt: return Self.bolt(p, t)
    case .cross: return Self.cross(p, t)
    case .fish: return Self.fish(p, t)
    case .heart: return DistanceField.polygon(p, Self.heartOutline)
    case .house: return Self.house(p, t)
    case .key: return Self.key(p, t)
    case .moon: return Self.moon(p, t)
    case .mushroom: return Self.mushroom(p, t)
    case .ring: return abs(DistanceField.length(p) - 0.70) - (0.24 + 0.05 * t)
    case .star: return DistanceField.polygon(p, Self.starOutline(inner: 0.45 + 0.06 * t))
    case .tree: return Self.tree(p, t)
    }
  }
}
