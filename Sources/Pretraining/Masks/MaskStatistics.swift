import Tensors

/// What many masks of one generator look like together: how many patches they mask, and how often each patch is masked.
/// A patch that is never or always masked shows here at once.
package struct MaskStatistics: Sendable, Codable, Equatable {
  package let rows: Int
  package let columns: Int
  /// Masks counted so far.
  package private(set) var count = 0
  /// Fewest masked patches of a mask; 0 before the first.
  package private(set) var minimum = 0
  /// Most masked patches of a mask.
  package private(set) var maximum = 0
  private var hits: [Int]

  package init(rows: Int, columns: Int) {
    self.rows = rows
    self.columns = columns
    hits = [Int](repeating: 0, count: rows * columns)
  }

  /// Statistics of the masks of pictures `0..<count` in epoch 0.
  /// - Parameter weights: of some pictures, whose turn comes again and again; nil: all patches are alike.
  package init(of generator: MaskGenerator, count: Int, seed: UInt64, weights: [[Float]]? = nil) {
    self.init(rows: generator.rows, columns: generator.columns)
    for index in 0..<count {
      let own = weights.flatMap { $0.isEmpty ? nil : $0[index % $0.count] }
      add(generator.mask(seed: seed, epoch: 0, index: index, weights: own))
    }
  }

  /// Counts one mask of `rows * columns` entries; others are ignored.
  package mutating func add(_ mask: [Bool]) {
    guard mask.count == hits.count else { return }
    var masked = 0
    for (cell, isMasked) in mask.enumerated() where isMasked {
      hits[cell] += 1
      masked += 1
    }
    minimum = count == 0 ? masked : min(minimum, masked)
    maximum = max(maximum, masked)
    count += 1
  }

  /// Mean number of masked patches.
  package var mean: Double {
    count == 0 ? 0 : Double(hits.reduce(0, +)) / Double(count)
  }

  /// Share of masks in which each patch is masked, row-major, 0...1.
  package var frequency: [Double] {
    hits.map { count == 0 ? 0 : Double($0) / Double(count) }
  }
}
