/// The distance fields of all classes in a few proportions, sampled once on a grid: drawing a pixel of any shape then
/// costs one look-up between four neighbours, however many parts the shape has.
struct ShapeAtlas: Sendable {
  /// Made at the first scene of a process (some ten milliseconds in release mode).
  static let shared = ShapeAtlas()

  static let proportions = 3
  /// The fields reach from -extent to extent in the shape's frame.
  static let extent: Float = 1.15
  private static let side = 80
  private static let step = 2 * extent / Float(side - 1)

  /// [class, proportion, side, side]
  private let values: [Float]

  private init() {
    var values: [Float] = []
    values.reserveCapacity(SceneShape.allCases.count * Self.proportions * Self.side * Self.side)
    for shape in SceneShape.allCases {
      for proportion in 0..<Self.proportions {
        for y in 0..<Self.side {
          for x in 0..<Self.side {
            let point = SIMD2(Float(x), Float(y)) * Self.step - Self.extent
            values.append(shape.distance(at: point, proportion: Float(proportion - 1)))
          }
        }
      }
    }
    self.values = values
  }

  /// Calls `body` with a sampler of one shape: signed distance at a point of the shape's frame, positive far outside.
  func withField<T>(of shape: SceneShape, proportion: Int, _ body: (Sampler) -> T) -> T {
    let start = (shape.rawValue * Self.proportions + proportion) * Self.side * Self.side
    return values.withUnsafeBufferPointer { all in
      body(Sampler(values: UnsafeBufferPointer(rebasing: all[start..<(start + Self.side * Self.side)])))
    }
  }

  struct Sampler {
    fileprivate let values: UnsafeBufferPointer<Float>

    /// Between the four nearest samples.
    @inline(__always)
    func distance(_ x: Float, _ y: Float) -> Float {
      let column = (x + ShapeAtlas.extent) / ShapeAtlas.step
      let row = (y + ShapeAtlas.extent) / ShapeAtlas.step
      let last = Float(ShapeAtlas.side - 1)
      guard column >= 0, row >= 0, column < last, row < last else { return 1 }
      let left = Int(column)
      let top = Int(row)
      let across = column - Float(left)
      let at = top * ShapeAtlas.side + left
      let upper = values[at] + across * (values[at + 1] - values[at])
      let lower =
        values[at + ShapeAtlas.side] + across * (values[at + ShapeAtlas.side + 1] - values[at + ShapeAtlas.side])
      return upper + (row - Float(top)) * (lower - upper)
    }
  }
}
