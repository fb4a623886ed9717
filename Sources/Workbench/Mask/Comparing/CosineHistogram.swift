/// How many patches of a picture have which cosine, masked and visible ones apart.
struct CosineHistogram {
  struct Bin {
    /// The least cosine that is counted here.
    var low: Double
    var masked = 0
    var visible = 0
  }

  /// The greatest cosines first.
  let bins: [Bin]
  /// Means of those that are numbers; nil where there are none.
  let masked: (mean: Double, count: Int)?
  let visible: (mean: Double, count: Int)?

  private static let widths = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1]

  /// - Parameters:
  ///   - cosines: of every patch; what is no number is left out.
  ///   - most: bins at the most, which are as fine as that allows.
  /// nil where there is nothing to count, or the sizes do not belong together.
  init?(cosines: [Float], mask: [Bool], most: Int) {
    guard cosines.count == mask.count, most > 0 else { return nil }
    let values = zip(cosines, mask).filter { $0.0.isFinite }.map { cosine, isMasked in
      // 1 is counted with what lies below it.
      (cosine: min(max(-1, Double(cosine)), 0.99999), isMasked: isMasked)
    }
    guard let least = values.map(\.cosine).min(), let greatest = values.map(\.cosine).max() else { return nil }
    // A cosine on an edge belongs above it, whatever its last bits.
    func place(_ cosine: Double, _ width: Double) -> Int { Int((cosine / width + 1e-4).rounded(.down)) }
    let fitting = Self.widths.first { place(greatest, $0) - place(least, $0) < most }
    let width = fitting ?? Self.widths[Self.widths.count - 1]
    let (first, last) = (place(least, width), place(greatest, width))
    var bins = (first...last).map { Bin(low: Double($0) * width) }
    for value in values {
      let index = place(value.cosine, width) - first
      if value.isMasked { bins[index].masked += 1 } else { bins[index].visible += 1 }
    }
    self.bins = bins.reversed()
    func mean(_ isMasked: Bool) -> (mean: Double, count: Int)? {
      let part = values.filter { $0.isMasked == isMasked }
      return part.isEmpty ? nil : (part.reduce(0) { $0 + $1.cosine } / Double(part.count), part.count)
    }
    (masked, visible) = (mean(true), mean(false))
  }
}
