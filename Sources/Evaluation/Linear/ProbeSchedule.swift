import Foundation
import Tensors

/// In which order a probe that is trained step by step sees its pictures: shuffled passes over them, of which pass p
/// shows the crops p mod `views` of each. A function of the seed and the place alone.
struct ProbeSchedule {
  /// Rows of the first crop of each picture that may be seen; those of the next crop stand `stride` rows on.
  private let rows: [Int]
  private let stride: Int
  private let views: Int
  private let seed: UInt64
  private var pass = -1
  private var order: [Int] = []

  /// - Parameters:
  ///   - rows: among the pictures.
  ///   - pictures: of all; features hold them once for each crop.
  init(rows: [Int], pictures: Int, views: Int, seed: UInt64) {
    self.rows = rows
    stride = pictures
    self.views = max(views, 1)
    self.seed = seed
  }

  var count: Int { rows.count }

  /// The rows of features of some places in the endless order.
  mutating func rows(_ places: Range<Int>) -> [Int] {
    places.map { place in
      let (wanted, offset) = place.quotientAndRemainder(dividingBy: rows.count)
      if wanted != pass {
        order = rows
        var generator = Philox(seed: seed, purpose: .evaluation, stream: UInt64(wanted) + 1)
        generator.shuffle(&order)
        pass = wanted
      }
      return order[offset] + wanted % views * stride
    }
  }
}

/// How far a cosine from 1 to 0 has come down.
func cosineFactor(_ done: Double) -> Double { 0.5 * (1 + cos(.pi * min(max(done, 0), 1))) }
