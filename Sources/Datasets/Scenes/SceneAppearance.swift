import Tensors

/// A colour as three values in 0...1.
typealias Color = SIMD3<Float>

/// The colours objects come in, by the names captions use.
package enum SceneColor: Int, CaseIterable, Sendable {
  case red, orange, yellow, green, cyan, blue, purple, pink, brown, white, black

  package var name: String { String(describing: self) }

  var color: Color {
    switch self {
    case .red: return Color(0.85, 0.13, 0.13)
    case .orange: return Color(0.95, 0.53, 0.10)
    case .yellow: return Color(0.93, 0.85, 0.15)
    case .green: return Color(0.15, 0.62, 0.22)
    case .cyan: return Color(0.15, 0.78, 0.80)
    case .blue: return Color(0.15, 0.28, 0.85)
    case .purple: return Color(0.50, 0.18, 0.70)
    case .pink: return Color(0.96, 0.50, 0.72)
    case .brown: return Color(0.45, 0.27, 0.12)
    case .white: return Color(0.95, 0.95, 0.95)
    case .black: return Color(0.08, 0.08, 0.08)
    }
  }
}

/// How an object is painted inside its outline.
package enum SceneTexture: Int, CaseIterable, Sendable {
  case plain, striped, dotted, checkered

  package var name: String { String(describing: self) }

  /// How much of the second shade shows at a point of the object's frame, 0...1.
  /// - Parameter period: length of one repetition in that frame.
  @inline(__always)
  func amount(_ x: Float, _ y: Float, period: Float) -> Float {
    let u = x / period + 64
    let v = y / period + 64
    let across = u - Float(Int(u))
    let down = v - Float(Int(v))
    switch self {
    case .plain: return 0
    case .striped: return edge(abs(across - 0.5) - 0.25)
    case .checkered: return (across < 0.5) == (down < 0.5) ? 1 : 0
    case .dotted:
      let dx = across - 0.5
      let dy = down - 0.5
      return edge(dx * dx + dy * dy - 0.08)
    }
  }

  /// 1 below zero, 0 above, a short ramp between.
  @inline(__always)
  private func edge(_ distance: Float) -> Float { min(max(0.5 - distance * 8, 0), 1) }
}
