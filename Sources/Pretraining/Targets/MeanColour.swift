import Recipe

/// Red, green and blue of a patch, or whatever channels there are, averaged over its pixels, in 0...1.
package struct MeanColour: PatchTarget {
  package var summary: String { "mean colour of a patch, computed from the picture" }

  private let channels: Int

  /// - Parameter channels: of a picture.
  package init(channels: Int = 3) { self.channels = channels }

  package func width(patch: Int) -> Int { channels }

  package func values(planes: UnsafeBufferPointer<Float>, size: PlaneSize, patch: Int) -> [Float] {
    let grid = size / patch
    var sums = [Float](repeating: 0, count: grid.area * channels)
    for channel in 0..<channels {
      for y in 0..<size.height {
        let from = (channel * size.height + y) * size.width
        for x in 0..<size.width { sums[(y / patch * grid.width + x / patch) * channels + channel] += planes[from + x] }
      }
    }
    let share = 1 / Float(patch * patch)
    return sums.map { $0 * share }
  }

  package func pixels(of values: ArraySlice<Float>, over pixels: [Float]) -> [Float]? {
    (0..<pixels.count / channels).flatMap { _ in values }
  }
}
