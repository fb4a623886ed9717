import Recipe

/// Red, green and blue of a patch, averaged over its pixels, in 0...1.
package struct MeanColour: PatchTarget {
  package var summary: String { "mean colour of a patch, computed from the picture" }

  package init() {}

  package func width(patch: Int) -> Int { 3 }

  package func values(planes: UnsafeBufferPointer<Float>, size: PlaneSize, patch: Int) -> [Float] {
    let grid = size / patch
    var sums = [Float](repeating: 0, count: grid.area * 3)
    for channel in 0..<3 {
      for y in 0..<size.height {
        let from = (channel * size.height + y) * size.width
        for x in 0..<size.width { sums[(y / patch * grid.width + x / patch) * 3 + channel] += planes[from + x] }
      }
    }
    let share = 1 / Float(patch * patch)
    return sums.map { $0 * share }
  }

  package func pixels(of values: ArraySlice<Float>, over pixels: [Float]) -> [Float]? {
    (0..<pixels.count / 3).flatMap { _ in values }
  }
}
