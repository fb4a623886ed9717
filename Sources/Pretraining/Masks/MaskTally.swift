/// How often each patch has been masked so far.
package struct MaskTally: Equatable, Sendable {
  package private(set) var masks = 0
  private var counts: [Int] = []

  package init() {}

  /// Counts masks of `patches` flags each, one behind the other.
  mutating func add(_ flags: [Bool], patches: Int) {
    guard patches > 0 else { return }
    if counts.count != patches { (counts, masks) = ([Int](repeating: 0, count: patches), 0) }
    for (place, isMasked) in flags.enumerated() where isMasked { counts[place % patches] += 1 }
    masks += flags.count / patches
  }

  /// Part of the masks that cover each patch, 0...1, row-major; empty before the first.
  package var frequencies: [Float] { counts.map { Float($0) / Float(max(masks, 1)) } }
}
