import Synchronization
import Tensors

/// The endless stream of pictures that a run sees: one shuffled pass over the source after another, nothing dropped.
/// Where a picture stands is a function of (seed, position) alone.
final class EpochOrder: Sendable {
  /// One place in the stream.
  struct Place: Equatable {
    var epoch: Int
    var index: Int
  }

  private let seed: UInt64
  private let count: Int
  private let shuffles: Bool
  /// Permutations of the epochs in use; a batch spans two at most when the source is larger than a batch.
  private let cache = Mutex<[Int: [Int32]]>([:])
  private static let keptEpochs = 4

  init(seed: UInt64, count: Int, shuffles: Bool) {
    self.seed = seed
    self.count = count
    self.shuffles = shuffles
  }

  func place(at position: Int) -> Place {
    let (epoch, offset) = position.quotientAndRemainder(dividingBy: max(count, 1))
    return Place(epoch: epoch, index: shuffles ? Int(permutation(of: epoch)[offset]) : offset)
  }

  private func permutation(of epoch: Int) -> [Int32] {
    cache.withLock { cache in
      if let known = cache[epoch] { return known }
      var generator = Philox(seed: seed, purpose: .shuffle, stream: UInt64(epoch))
      var order = (0..<Int32(count)).map { $0 }
      generator.shuffle(&order)
      if cache.count >= EpochOrder.keptEpochs { cache = [:] }
      cache[epoch] = order
      return order
    }
  }
}
