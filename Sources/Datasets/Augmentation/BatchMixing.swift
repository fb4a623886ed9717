import Foundation
import Recipe
import Tensors

/// Mixes the pictures of a batch and their labels: mixup (Zhang et al. 2017) or cutmix (Yun et al. 2019), one of the
/// two and one share for the whole batch, each picture with the one at the mirrored place, as timm does
/// (`timm/data/mixup.py`, mode `batch`).
package struct BatchMixing: Sendable, Equatable {
  /// Both parameters of the beta distribution that mixup's share is drawn from; 0: no mixup.
  package var mixup: Float
  /// The same for the area that cutmix leaves of a picture; 0: no cutmix.
  package var cutmix: Float
  /// Share of batches that are mixed.
  package var probability: Float
  /// Where there are both, the share of mixed batches that are cut.
  package var cutmixShare: Float
  /// Share of a target that is spread evenly over all classes.
  package var labelSmoothing: Float

  package init(
    mixup: Float = 0, cutmix: Float = 0, probability: Float = 1, cutmixShare: Float = 0.5, labelSmoothing: Float = 0
  ) {
    self.mixup = mixup
    self.cutmix = cutmix
    self.probability = probability
    self.cutmixShare = cutmixShare
    self.labelSmoothing = labelSmoothing
  }

  /// What happens to a batch.
  package enum Decision: Equatable, Sendable {
    case plain
    /// The share that a picture keeps.
    case mixup(Float)
    /// The part that comes from the other picture.
    case cutmix(CropBox)

    /// Share of a picture's own label in its target.
    package func share(size: PlaneSize) -> Float {
      switch self {
      case .plain: 1
      case .mixup(let share): share
      case .cutmix(let box): 1 - Float(box.width * box.height) / Float(size.area)
      }
    }
  }

  /// - Parameter stream: tells batches apart; the decision is a function of (seed, stream).
  package func decision(size: PlaneSize, seed: UInt64, stream: UInt64) -> Decision {
    var generator = Philox(seed: seed, purpose: .mix, stream: stream)
    guard mixup > 0 || cutmix > 0, generator.uniform() < probability else { return .plain }
    let cuts = cutmix > 0 && (mixup <= 0 || generator.uniform() < cutmixShare)
    let share = generator.beta(cuts ? cutmix : mixup)
    return cuts ? .cutmix(Self.box(share: share, size: size, using: &generator)) : .mixup(share)
  }

  /// The box around a random centre, cut off at the borders, of which `1 - share` is the area where it is not.
  private static func box(share: Float, size: PlaneSize, using generator: inout Philox) -> CropBox {
    func span(of side: Int) -> Range<Int> {
      let length = Int(Float(side) * max(0, 1 - share).squareRoot())
      let center = generator.below(side)
      let low = min(max(center - length / 2, 0), side)
      return low..<min(max(center + length / 2, low), side)
    }
    let rows = span(of: size.height)
    let columns = span(of: size.width)
    return CropBox(left: columns.lowerBound, top: rows.lowerBound, width: columns.count, height: rows.count)
  }

  /// Mixes the pixels as decided.
  package func apply(_ decision: Decision, to batch: inout Batch) {
    guard decision != .plain else { return }
    let (count, size) = (batch.count, batch.size)
    let originals = batch.pixels
    let length = batch.channels * size.area
    for picture in 0..<count {
      let (own, other) = (picture * length, (count - 1 - picture) * length)
      switch decision {
      case .plain: break
      case .mixup(let share):
        for place in 0..<length {
          batch.pixels[own + place] = originals[own + place] * share + originals[other + place] * (1 - share)
        }
      case .cutmix(let box):
        for channel in 0..<batch.channels {
          for row in box.top..<box.top + box.height {
            let start = (channel * size.height + row) * size.width + box.left
            for place in start..<start + box.width { batch.pixels[own + place] = originals[other + place] }
          }
        }
      }
    }
  }

  /// The targets of the mixed batch, [count, classes], each row with the sum 1.
  package func targets(_ decision: Decision, labels: [Int], classes: Int, size: PlaneSize) -> [Float] {
    let share = decision.share(size: size)
    let rest = labelSmoothing / Float(max(classes, 1))
    var targets = [Float](repeating: rest, count: labels.count * classes)
    for (row, label) in labels.enumerated() {
      targets[row * classes + label] += (1 - labelSmoothing) * share
      targets[row * classes + labels[labels.count - 1 - row]] += (1 - labelSmoothing) * (1 - share)
    }
    return targets
  }
}

extension Philox {
  /// From a beta distribution with equal parameters, by two gamma draws (Marsaglia and Tsang 2000).
  mutating func beta(_ parameter: Float) -> Float {
    let first = gamma(Double(parameter))
    let second = gamma(Double(parameter))
    let sum = first + second
    return sum > 0 ? Float(first / sum) : 0.5
  }

  private mutating func gamma(_ shape: Double) -> Double {
    if shape < 1 {
      let boost = pow(1 - Double(uniform()), 1 / shape)
      return gamma(shape + 1) * boost
    }
    let d = shape - 1.0 / 3
    let c = 1 / (9 * d).squareRoot()
    while true {
      let x = Double(normal())
      let base = 1 + c * x
      guard base > 0 else { continue }
      let v = base * base * base
      if log(1 - Double(uniform())) < 0.5 * x * x + d - d * v + d * log(v) { return d * v }
    }
  }
}
