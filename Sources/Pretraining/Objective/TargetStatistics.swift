import Models
import Recipe
import Tensors

/// Running mean of one guidance's targets at each position, and their variance about it by feature: all that a
/// prediction can know that looks at no picture.
///
/// Every picture weighs alike up to ``longest`` of them; from there on the oldest fade.
package struct TargetStatistics: Equatable {
  /// Pictures after which the oldest fade.
  package static let longest: Float = 65_536
  /// Added to a variance before its root is taken.
  private static let epsilon: Float = 1e-6

  package let name: String
  /// 1 + M; 1 where targets are codes, which are counted wherever they are.
  package let positions: Int
  package let width: Int
  /// Whether targets are codes: ``mean`` is then the share of each, and ``counts`` how many were seen.
  package let areCodes: Bool
  /// Targets seen at each position.
  package internal(set) var counts: [Float]
  /// [positions, width]
  package internal(set) var mean: [Float]
  /// [2, width]: of CLS and of patches; empty where the form needs none.
  package internal(set) var variance: [Float]
  /// Targets that each of them was taken from.
  package internal(set) var varianceCounts: [Float] = [0, 0]
  package let form: TargetForm

  package init(of guidance: any Guidance, form: TargetForm) {
    name = guidance.name
    areCodes = guidance.codes != nil
    positions = areCodes ? 1 : 1 + guidance.grid.rows * guidance.grid.columns
    width = guidance.featureWidth
    counts = [Float](repeating: 0, count: positions)
    mean = [Float](repeating: 0, count: positions * width)
    self.form = areCodes ? .raw : form
    variance = self.form == .standardised ? [Float](repeating: 1, count: 2 * width) : []
  }

  /// Takes in the targets of a batch.
  /// - Parameters:
  ///   - targets: [rows, width] or [B, 1 + M, width]; of codes [rows, 1] or [B, 1 + M, 1].
  ///   - rows: which of the B * (1 + M) tokens they are; nil: all, in order.
  package mutating func add(_ targets: Tensor, rows: [Int32]?) {
    if areCodes { return add(codes: Objective.codes(of: targets)) }
    if !targets.device.isHost, variance.isEmpty { return addFromDevice(targets, rows: rows) }
    let values = targets.float32().array()
    let (width, positions, withVariance) = (width, positions, !variance.isEmpty)
    mean.withUnsafeMutableBufferPointer { mean in
      variance.withUnsafeMutableBufferPointer { variance in
        values.withUnsafeBufferPointer { values in
          for row in 0..<values.count / max(width, 1) {
            let position = (rows.map { Int($0[row]) } ?? row) % positions
            counts[position] = min(counts[position] + 1, Self.longest)
            let share = 1 / counts[position]
            let kind = position == 0 ? 0 : 1
            if withVariance { varianceCounts[kind] = min(varianceCounts[kind] + 1, Self.longest) }
            // A position that has seen one target says nothing of how they differ.
            let varies = withVariance && counts[position] > 1
            let varianceShare = varies ? 1 / varianceCounts[kind] : 0
            for place in 0..<width {
              let at = position * width + place
              let before = values[row * width + place] - mean[at]
              mean[at] += before * share
              guard varies else { continue }
              let after = values[row * width + place] - mean[at]
              variance[kind * width + place] += (before * after - variance[kind * width + place]) * varianceShare
            }
          }
        }
      }
    }
  }

  /// The best that a prediction can be which looks at no picture, in place of predictions: the mean at each position;
  /// zeros where that is taken from the targets. nil until there has been a target at every position asked for.
  /// - Returns: the shape of `targets`; of codes the logarithm of each one's share so far.
  package func constant(like targets: Tensor, rows: [Int32]?) -> Tensor? {
    if areCodes { return logShares(of: Objective.codes(of: targets), device: targets.device) }
    guard form == .raw else { return .zeros(targets.shape, device: targets.device) }
    let count = targets.count / max(width, 1)
    if !targets.device.isHost { return constantOnDevice(like: targets, rows: rows) }
    guard let rows else {
      guard counts.allSatisfy({ $0 > 0 }) else { return nil }
      var values: [Float] = []
      values.reserveCapacity(targets.count)
      for _ in 0..<count / positions { values += mean }
      return Tensor(values, shape: targets.shape, device: targets.device)
    }
    var values: [Float] = []
    values.reserveCapacity(targets.count)
    for row in rows {
      let position = Int(row) % positions
      guard counts[position] > 0 else { return nil }
      values += mean[position * width..<(position + 1) * width]
    }
    return Tensor(values, shape: targets.shape, device: targets.device)
  }

  /// The targets as predictions are compared with them: the same tensor if they are raw.
  package func formed(_ targets: Tensor, rows: [Int32]?) -> Tensor {
    guard form != .raw else { return targets }
    var values = targets.float32().array()
    let (width, positions) = (width, positions)
    let scales = (0..<2).map { kind in
      form == .standardised
        ? (0..<width).map { 1 / (variance[kind * width + $0] + Self.epsilon).squareRoot() }
        : [Float](repeating: 1, count: width)
    }
    values.withUnsafeMutableBufferPointer { values in
      mean.withUnsafeBufferPointer { mean in
        for row in 0..<values.count / max(width, 1) {
          let position = (rows.map { Int($0[row]) } ?? row) % positions
          scales[position == 0 ? 0 : 1].withUnsafeBufferPointer { scale in
            for place in 0..<width {
              let at = row * width + place
              values[at] = (values[at] - mean[position * width + place]) * scale[place]
            }
          }
        }
      }
    }
    return Tensor(values, shape: targets.shape, device: targets.device)
  }
}

/// As part of a run's state.
extension TargetStatistics {
  private var key: String { "targets.\(name)" }

  /// `targets.NAME.count` [1 + M], `.mean` [1 + M, D], and for standardised targets `.variance` [2, D] and
  /// `.variance_count` [2].
  func tensors(_ device: any ComputeDevice) -> [NamedTensor] {
    var parts = [("count", counts, [positions]), ("mean", mean, [positions, width])]
    if !variance.isEmpty { parts += [("variance", variance, [2, width]), ("variance_count", varianceCounts, [2])] }
    return parts.map { NamedTensor(name: "\(key).\($0.0)", tensor: Tensor($0.1, shape: $0.2, device: device)) }
  }

  /// The statistics that a state has, or these ones where it has none.
  ///
  /// - Parameter needsAll: whether all that the form depends on must be there.
  /// - Throws: ``TrainerError`` where they must be there and are not, or do not fit.
  func restored(_ values: (String) throws -> [Float]?, needsAll: Bool = true) throws -> TargetStatistics {
    func part(_ part: String, _ count: Int) throws -> [Float]? {
      guard let found = try values("\(key).\(part)") else {
        guard form == .raw || !needsAll else { throw TrainerError.state("tensor `\(key).\(part)` is missing") }
        return nil
      }
      guard found.count == count else {
        throw TrainerError.state("tensor `\(key).\(part)` has \(found.count) values where \(count) are needed")
      }
      return found
    }
    var restored = self
    guard let counts = try part("count", positions), let mean = try part("mean", positions * width) else {
      return restored
    }
    (restored.counts, restored.mean) = (counts, mean)
    guard !variance.isEmpty, let variance = try part("variance", 2 * width), let of = try part("variance_count", 2)
    else { return restored }
    (restored.variance, restored.varianceCounts) = (variance, of)
    return restored
  }
}
