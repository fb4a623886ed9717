import Foundation
import Tensors

/// Of targets that are codes: how common each is, which is all that a prediction can know that looks at no picture.
extension TargetStatistics {
  /// Every code weighs alike up to ``longest`` of them; from there on the oldest fade.
  mutating func add(codes: [Int32]) {
    var found = [Float](repeating: 0, count: width)
    for code in codes where code >= 0 && code < width { found[Int(code)] += 1 }
    let sum = found.reduce(0, +)
    guard sum > 0 else { return }
    let share = sum / min(counts[0] + sum, max(Self.longest, sum))
    counts[0] = min(counts[0] + sum, Self.longest)
    for code in 0..<width { mean[code] += (found[code] / sum - mean[code]) * share }
  }

  /// The logarithm of each code's share, where every code counts as seen once before; 0 where there is none. nil until
  /// there has been a code.
  /// - Returns: [codes, 1]
  func logShares(of codes: [Int32], device: any ComputeDevice) -> Tensor? {
    guard counts[0] > 0 else { return nil }
    let all = counts[0] + Float(width)
    let shares = codes.map { code in
      code >= 0 && code < width ? log((mean[Int(code)] * counts[0] + 1) / all) : 0
    }
    return Tensor(shares, shape: [codes.count, 1], device: device)
  }
}

extension ConstantPrediction {
  /// The cross-entropy of a prediction that knows how common each code is.
  /// - Parameters:
  ///   - logShares: of the code of each row; 0 where it has none.
  ///   - rows: which tokens they are; nil: all.
  ///   - weights: by token, 0 for those that do not count.
  init?(logShares: Tensor, rows: [Int32]?, weights: [Float]) {
    var (sum, count) = (0.0, 0)
    for (place, share) in logShares.array().enumerated() where share < 0 {
      guard weights[rows.map { Int($0[place]) } ?? place] > 0 else { continue }
      sum -= Double(share)
      count += 1
    }
    guard count > 0 else { return nil }
    self.init(cosines: nil, loss: sum / Double(count))
  }
}
