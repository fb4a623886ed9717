import Recipe
import Tensors

/// The built-in data: drawn pictures of one large object, the label, and at most two small ones, before patterned
/// backgrounds, under uneven light and noise; each with a caption and an exact class map. A scene is a function of
/// (seed, index, place) and of nothing else.
package struct ScenesSource: PictureSource {
  package let seed: UInt64
  /// Which scenes of the endless row; item `i` is scene `range.lowerBound + i`.
  package let range: Range<Int>
  /// Of a picture, in pixels. In a rectangle a scene is drawn into the middle, and its ground fills the rest.
  package let size: PlaneSize
  /// 0: the scenes themselves. Any other number shows the same main objects elsewhere: before other colours of the same
  /// pattern, beside other things and under another light, as one meets a thing again. Captions and labels stay true.
  package let place: Int
  /// Whether things of a class mostly look alike. Without that colours, textures and backgrounds tell nothing of the
  /// class; labels, outlines and places of the main objects are as they are with it.
  package let hasHabits: Bool
  /// 3, or 1: grey.
  package private(set) var channels = 3

  package init(seed: UInt64, range: Range<Int>, size: PlaneSize = 64, place: Int = 0, hasHabits: Bool = true) {
    self.seed = seed
    self.range = range.clamped(to: 0..<Int.max)
    self.size = PlaneSize(height: max(size.height, 1), width: max(size.width, 1))
    self.place = max(place, 0)
    self.hasHabits = hasHabits
  }

  package var count: Int { range.count }
  package var name: String {
    (range.isEmpty ? "scenes" : "scenes \(range.lowerBound)-\(range.upperBound - 1)")
      + (hasHabits ? "" : " of any looks")
  }
  package var classNames: [String] { Self.classNames }
  package static let classNames = SceneShape.allCases.map(\.name)

  /// Drawn in colours; any other number than 3 makes them grey.
  package func with(channels: Int) -> Self {
    var same = self
    same.channels = channels == 3 ? 3 : 1
    return same
  }

  package func picture(at index: Int) -> Picture {
    var (layout, generator) = layout(at: index)
    let renderer = SceneRenderer(layout: layout, size: size)
    let count = size.area * 3
    let noise = generator.next()
    let rgb = [UInt8](unsafeUninitializedCapacity: count) { bytes, filled in
      withUnsafeTemporaryAllocation(of: Float.self, capacity: count) { canvas in
        canvas.initialize(repeating: 0)
        renderer.paint(into: canvas)
        renderer.develop(canvas, seed: noise, into: bytes)
      }
      filled = count
    }
    let picture = Picture(width: size.width, height: size.height, rgb: rgb)
    return channels == 1 ? picture.grey : picture
  }

  package func label(at index: Int) -> Int? { shape(at: index).rawValue }

  package func caption(at index: Int) -> String? {
    var words = generator(at: index, .caption)
    return layout(at: index).layout.objects.last.map { SceneCaption.caption(of: $0, using: &words) }
  }

  package func itemName(at index: Int) -> String { "scene \(range.lowerBound + index)" }

  /// Rows from the top: 0 = background, 1 + class of the frontmost object at the centre of each pixel.
  package func classMap(at index: Int) -> LabelMap {
    LabelMap(
      width: size.width, height: size.height,
      values: SceneRenderer(layout: layout(at: index).layout, size: size).classMap())
  }

  /// Every dozen of scenes has each class once, in an order of its own: any range is balanced to within two scenes a
  /// class.
  private func shape(at index: Int) -> SceneShape {
    let classes = SceneShape.allCases
    let (dozen, place) = (range.lowerBound + index).quotientAndRemainder(dividingBy: classes.count)
    var generator = Philox(seed: seed, purpose: .scene, stream: UInt64(dozen), substream: Draw.label.rawValue)
    var order = classes
    generator.shuffle(&order)
    return order[place]
  }

  /// The layout, and what the noise is drawn from next.
  private func layout(at index: Int) -> (layout: SceneLayout, generator: Philox) {
    var generator = generator(at: index, .layout)
    let elsewhere = place == 0 ? nil : self.generator(at: index, .elsewhere, place - 1)
    let layout = SceneLayout(
      label: shape(at: index), hasHabits: hasHabits, using: &generator, elsewhere: elsewhere)
    return (layout, generator)
  }

  /// Random streams of one scene, so that a caption does not change the picture.
  private enum Draw: UInt32 { case label, layout, caption, elsewhere }

  private func generator(at index: Int, _ draw: Draw, _ number: Int = 0) -> Philox {
    Philox(
      seed: seed, purpose: .scene, stream: UInt64(range.lowerBound + index),
      substream: draw.rawValue + UInt32(truncatingIfNeeded: number))
  }
}
