import Foundation
import Tensors

/// Weighted k-nearest-neighbour voting as DINO's `eval_knn.py` (facebookresearch/dino): cosine similarity, every
/// neighbour votes for its class with weight exp(similarity / temperature). Works in slices of test rows of any size,
/// down to one.
package struct NearestNeighbours {
  /// Similarities that one slice computes at most.
  private static let similaritiesPerSlice = 1 << 21

  let ks: [Int]
  let temperature: Float
  let classes: Int
  private let trainTensor: Tensor
  private let trainLabels: [Int32]
  private let test: LabelledFeatures
  private let device: any ComputeDevice
  package private(set) var tested = 0
  private var correct: [Int]
  private var correctTop5: [Int]

  package init(
    train: LabelledFeatures, test: LabelledFeatures, classes: Int, ks: [Int], temperature: Float,
    device: any ComputeDevice
  ) {
    let train = train.l2Normalized()
    trainTensor = Tensor(train.values, shape: [train.count, train.width], device: device)
    trainLabels = train.labels
    self.test = test.l2Normalized()
    self.classes = classes
    self.ks = ks
    self.temperature = temperature
    self.device = device
    correct = [Int](repeating: 0, count: ks.count)
    correctTop5 = correct
  }

  /// Rows to test in all.
  package var testCount: Int { test.count }
  package var isDone: Bool { tested == test.count }

  /// Share of test rows whose class wins the vote of each k.
  package var accuracies: [Double] { correct.map { Double($0) / Double(max(tested, 1)) } }
  /// Share of test rows whose class is among the five with most votes, for each k.
  package var top5Accuracies: [Double] { correctTop5.map { Double($0) / Double(max(tested, 1)) } }

  /// Tests the next slice of rows.
  package mutating func advance() {
    let slice = min(test.count - tested, max(1, min(256, Self.similaritiesPerSlice / trainLabels.count)))
    guard slice > 0 else { return }
    let rows = test.values[tested * test.width..<(tested + slice) * test.width]
    let similarities = matmulTransposed(
      Tensor(Array(rows), shape: [slice, test.width], device: device), trainTensor
    ).array()
    for row in 0..<slice {
      let start = row * trainLabels.count
      vote(similarities[start..<start + trainLabels.count], label: test.labels[tested + row])
    }
    tested += slice
  }

  private mutating func vote(_ similarities: ArraySlice<Float>, label: Int32) {
    let nearest = largest(similarities, count: ks.max() ?? 1)
    var votes = [Double](repeating: 0, count: classes)
    var taken = 0
    for (place, k) in ks.enumerated().sorted(by: { $0.element < $1.element }) {
      while taken < min(k, nearest.count) {
        let neighbour = nearest[taken]
        votes[Int(trainLabels[neighbour.index])] += exp(Double(neighbour.similarity) / Double(temperature))
        taken += 1
      }
      // Classes that nobody voted for rank below all others, and among equals the lower number comes first.
      let own = votes[Int(label)]
      let before = votes.indices.count { votes[$0] > own || (votes[$0] == own && $0 < Int(label)) }
      if own > 0, before == 0 { correct[place] += 1 }
      if own > 0, before < 5 { correctTop5[place] += 1 }
    }
  }
}

/// The `count` largest values with their offsets, largest first; among equals the earlier one comes first.
package func largest(_ values: ArraySlice<Float>, count: Int) -> [(index: Int, similarity: Float)] {
  var kept: [(index: Int, similarity: Float)] = []
  kept.reserveCapacity(min(count, values.count) + 1)
  for (index, value) in values.enumerated() {
    if kept.count == count, let last = kept.last, value <= last.similarity { continue }
    var low = 0
    var high = kept.count
    while low < high {
      let middle = (low + high) / 2
      if kept[middle].similarity >= value { low = middle + 1 } else { high = middle }
    }
    kept.insert((index, value), at: low)
    if kept.count > count { kept.removeLast() }
  }
  return kept
}
