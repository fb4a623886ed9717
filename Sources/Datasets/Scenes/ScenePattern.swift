import Foundation

/// What is behind the objects: two colours that change in one of these ways.
enum ScenePattern: Int, CaseIterable {
  case slope, swell, waves, ripples, dunes, hills, bumps, fields, tiles, mosaic, bands, stripes

  /// Radians a width. Coarse, middle and fine stay apart in crops of half a picture.
  var frequency: Float {
    switch self {
    case .slope: 2
    case .swell, .dunes, .fields, .bands: 6
    case .waves, .hills, .tiles, .stripes: 13
    case .ripples, .bumps, .mosaic: 28
    }
  }

  /// How far the second colour is from the first; fine patterns are fainter, so that outlines stand out from them.
  var contrast: Float {
    switch self {
    case .slope, .swell, .dunes, .fields, .bands: 1
    case .waves, .hills, .tiles, .stripes: 0.7
    case .ripples, .bumps, .mosaic: 0.5
    }
  }

  /// How much of the second colour shows, 0...1.
  /// - Parameters:
  ///   - along: radians along the pattern's direction, `across` at a right angle to it.
  ///   - phase: where the waves start.
  @inline(__always)
  func amount(along: Float, across: Float, phase: SIMD2<Float>) -> Float {
    switch self {
    case .slope, .swell, .waves, .ripples: 0.5 + 0.5 * sin(along + phase.x)
    case .dunes, .hills, .bumps: 0.5 + 0.25 * (sin(along + phase.x) + sin(across + phase.y))
    case .fields, .tiles, .mosaic: (sin(along + phase.x) > 0) == (sin(across + phase.y) > 0) ? 1 : 0
    case .bands, .stripes: sin(along + phase.x) > 0.5 ? 1 : 0
    }
  }
}
