import Foundation
import Recipe
import Tensors

/// Paints a `SceneLayout` into the pixels of a rectangle and, from the same distances, into a class map. The layout's
/// unit square is the middle of the rectangle, and the ground goes on around it.
struct SceneRenderer {
  let layout: SceneLayout
  let size: PlaneSize

  /// Width of a pixel where the unit square is as long as the shorter side.
  private var pixel: Float { 1 / Float(size.shorter) }
  /// Where the unit square begins, in its own lengths from the left and from the top.
  private var origin: SIMD2<Float> {
    guard !size.isSquare else { return .zero }
    return SIMD2(Float(size.width) * pixel - 1, Float(size.height) * pixel - 1) / 2
  }

  /// Colours in 0...1, interleaved [height, width, 3], before noise.
  func paint(into canvas: UnsafeMutableBufferPointer<Float>) {
    paintBackground(into: canvas)
    for object in layout.objects {
      forEachPixel(of: object) { x, y, u, v, distance, pixel in
        let coverage = min(max(0.5 - distance / pixel, 0), 1)
        guard coverage > 0 else { return }
        // A darker rim, as if the object were a little raised.
        let rim = 1 - 0.22 * min(max(1 + distance / 0.12, 0), 1)
        let mix = object.texture.amount(u, v, period: object.texturePeriod)
        let at = (y * size.width + x) * 3
        for c in 0..<3 {
          let shade = (object.shades.0[c] + mix * (object.shades.1[c] - object.shades.0[c])) * rim
          canvas[at + c] += coverage * (shade - canvas[at + c])
        }
      }
    }
  }

  /// 0 = background, 1 + class of the frontmost object at the pixel's centre.
  func classMap() -> [UInt8] {
    var map = [UInt8](repeating: 0, count: size.area)
    map.withUnsafeMutableBufferPointer { map in
      for object in layout.objects {
        let mark = UInt8(object.shape.rawValue + 1)
        forEachPixel(of: object) { x, y, _, _, distance, _ in
          if distance < 0 { map[y * size.width + x] = mark }
        }
      }
    }
    return map
  }

  /// Lights the colours, adds noise from `seed`, and rounds to bytes.
  func develop(_ canvas: UnsafeMutableBufferPointer<Float>, seed: UInt64, into rgb: UnsafeMutableBufferPointer<UInt8>) {
    // Sums of two uniform bytes: mean 255, standard deviation 255 / sqrt(6).
    let amplitude = layout.noise * 255 / (255 / Float(6).squareRoot())
    let (across, down) = (1 / Float(size.width), 1 / Float(size.height))
    var state = seed | 1
    for y in 0..<size.height {
      let above = 1 + 2 * layout.light.y * ((Float(y) + 0.5) * down - 0.5)
      for x in 0..<size.width {
        let light = (above + 2 * layout.light.x * ((Float(x) + 0.5) * across - 0.5)) * 255
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        var bits = state
        let at = (y * size.width + x) * 3
        for c in 0..<3 {
          let noise = Float(Int(bits & 255) + Int((bits >> 8) & 255) - 255)
          bits >>= 16
          let value = canvas[at + c] * light + noise * amplitude + 0.5
          rgb[at + c] = UInt8(min(max(value, 0), 255))
        }
      }
    }
  }

  private func paintBackground(into canvas: UnsafeMutableBufferPointer<Float>) {
    let background = layout.background
    let step = background.colors.1 - background.colors.0
    let (pixel, origin) = (pixel, origin)
    for y in 0..<size.height {
      let v = (Float(y) + 0.5) * pixel - origin.y
      for x in 0..<size.width {
        let mix = background.amount((Float(x) + 0.5) * pixel - origin.x, v)
        let at = (y * size.width + x) * 3
        for c in 0..<3 { canvas[at + c] = background.colors.0[c] + mix * step[c] }
      }
    }
  }

  /// Calls `body(x, y, u, v, distance, pixel)` for every pixel near `object`: the texture's coordinates, the signed
  /// distance to the outline and the width of a pixel, all three in units of the object's radius.
  @inline(__always)
  private func forEachPixel(
    of object: SceneLayout.Object, _ body: (Int, Int, Float, Float, Float, Float) -> Void
  ) {
    let pixel = pixel
    let center = object.center + origin
    let reach = object.radius * ShapeAtlas.extent * 1.45
    let columns = pixels(around: center.x, reach, of: size.width)
    let rows = pixels(around: center.y, reach, of: size.height)
    let turn = SIMD2(cos(object.angle), sin(object.angle)) / object.radius
    let grain = SIMD2(cos(object.textureAngle), sin(object.textureAngle))
    let across = (object.mirrored ? -1 : 1) / object.stretch.squareRoot()
    let down = object.stretch.squareRoot()
    ShapeAtlas.shared.withField(of: object.shape, proportion: object.proportion) { field in
      for y in rows {
        let dy = (Float(y) + 0.5) * pixel - center.y
        for x in columns {
          let dx = (Float(x) + 0.5) * pixel - center.x
          let px = (dx * turn.x + dy * turn.y) * across
          let py = (dy * turn.x - dx * turn.y) * down
          let distance = field.distance(px, py)
          guard distance < 0.5 else { continue }
          body(x, y, px * grain.x + py * grain.y, py * grain.x - px * grain.y, distance, pixel / object.radius)
        }
      }
    }
  }

  /// The pixels within `reach` of a coordinate, inside the picture.
  private func pixels(around center: Float, _ reach: Float, of length: Int) -> Range<Int> {
    let first = max(Int(((center - reach) * Float(size.shorter)).rounded(.down)), 0)
    let end = min(Int(((center + reach) * Float(size.shorter)).rounded(.up)), length)
    return first..<max(first, end)
  }
}

extension SceneLayout.Background {
  /// How much of the second colour shows at a point of the picture, 0...1.
  @inline(__always)
  func amount(_ x: Float, _ y: Float) -> Float {
    pattern.amount(along: x * frequency.x + y * frequency.y, across: x * frequency.y - y * frequency.x, phase: phase)
  }
}
