/// Whether a loss still falls: means of blocks of steps, compared with the best block before.
struct LossTrend {
  enum Finding: Equatable {
    case falling
    /// No block of the last ones is better than those before.
    case plateau(blocks: Int, gain: Double)
    /// The last block is far above the best.
    case diverging(best: Double, now: Double)
  }

  private struct Block {
    var mean: Double
    /// Standard error of the mean.
    var error: Double
  }

  /// Blocks without progress that make a plateau.
  private static let patience = 8
  /// Share of all that was gained so far which counts as progress, and as a setback.
  private static let progress = 0.003
  private static let setback = 0.15
  /// How many standard errors make a difference real.
  private static let certainty = 3.0

  /// Steps of a block.
  let length: Int
  private var blocks: [Block] = []
  private var sum = 0.0
  private var squares = 0.0
  private var count = 0
  private(set) var finding = Finding.falling

  /// - Parameter totalSteps: of the run; a block is a fiftieth of it, 20 steps at the least and 1000 at the most.
  init(totalSteps: Int) { length = min(1000, max(20, totalSteps / 50)) }

  /// Takes a loss; true where a block was completed and the finding is new.
  mutating func add(_ loss: Double) -> Bool {
    guard loss.isFinite else { return false }
    sum += loss
    squares += loss * loss
    count += 1
    guard count == length else { return false }
    let mean = sum / Double(count)
    let variance = max(0, squares / Double(count) - mean * mean)
    blocks.append(Block(mean: mean, error: (variance / Double(count)).squareRoot()))
    (sum, squares, count) = (0, 0, 0)
    finding = judged()
    return true
  }

  private func judged() -> Finding {
    guard let last = blocks.last, let first = blocks.first, blocks.count >= 3 else { return .falling }
    let earlier = blocks.dropLast()
    guard let best = earlier.min(by: { $0.mean < $1.mean }) else { return .falling }
    let gained = max(first.mean - best.mean, 0)
    let noise = Self.certainty * (last.error * last.error + best.error * best.error).squareRoot()
    // Where nothing was gained yet, the scale of the loss itself tells what is much.
    let scale = max(gained, 0.05 * abs(best.mean))
    if last.mean - best.mean > max(noise, Self.setback * scale) { return .diverging(best: best.mean, now: last.mean) }
    guard blocks.count > 2 * Self.patience else { return .falling }
    let recent = blocks.suffix(Self.patience)
    let before = blocks.dropLast(Self.patience)
    guard let newBest = recent.min(by: { $0.mean < $1.mean }), let oldBest = before.min(by: { $0.mean < $1.mean })
    else {
      return .falling
    }
    let gain = oldBest.mean - newBest.mean
    return gain < Self.progress * scale ? .plateau(blocks: Self.patience, gain: max(0, gain)) : .falling
  }
}
