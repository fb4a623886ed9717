import Tensors

/// Targets that lie in another memory than the host's stay there: only the means are told and taken.
extension TargetStatistics {
  /// What ``add(_:rows:)`` does one target after the other, as one weighted sum: each mean keeps a share of what it
  /// was, and takes a share of each target, which those after it lessen.
  mutating func addFromDevice(_ targets: Tensor, rows: [Int32]?) {
    let places = positionsOfRows(targets, rows: rows)
    var weights = [Float](repeating: 0, count: places.count)
    for (row, place) in places.enumerated() {
      counts[Int(place)] = min(counts[Int(place)] + 1, Self.longest)
      weights[row] = 1 / counts[Int(place)]
    }
    var kept = [Float](repeating: 1, count: positions)
    for row in places.indices.reversed() {
      let (place, share) = (Int(places[row]), weights[row])
      weights[row] = share * kept[place]
      kept[place] *= 1 - share
    }
    let sums = weightedRowSums(
      targets.reshaped([places.count, width]).detached(), weights: weights, groups: places, count: positions)
    for position in 0..<positions {
      // Nothing came to this one.
      guard kept[position] < 1 else { continue }
      for at in position * width..<(position + 1) * width { mean[at] = kept[position] * mean[at] + sums[at] }
    }
  }

  /// The mean at each position in place of each target; nil until there has been a target at every one asked for.
  func constantOnDevice(like targets: Tensor, rows: [Int32]?) -> Tensor? {
    let places = positionsOfRows(targets, rows: rows)
    guard places.allSatisfy({ counts[Int($0)] > 0 }) else { return nil }
    let means = Tensor(mean, shape: [positions, width], device: targets.device)
    return gatherRows(means, places).reshaped(targets.shape)
  }

  private func positionsOfRows(_ targets: Tensor, rows: [Int32]?) -> [Int32] {
    if let rows { return rows.map { $0 % Int32(positions) } }
    return (0..<Int32(targets.count / max(width, 1))).map { $0 % Int32(positions) }
  }
}
