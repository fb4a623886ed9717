import Foundation
import Tensors

/// Weighted k-nearest-neighbour voting as DINO's `eval_knn.py` (facebookresearch/dino): cosine similarity, every
/// neighbour votes for its class with weight exp(similarity / temperature).
///
/// Training rows are taken in chunks, test rows in slices of a chunk, and of each test row the nearest neighbours so
/// far are kept, so that beside the features themselves there are in memory: 16 MB of a chunk's rows, at most 32 MB of
/// similarities and 8 bytes a neighbour that is kept (test rows * the greatest k). How the rows are cut changes no
/// result.
package struct NearestNeighbours {
  /// Values of the training rows of a chunk, and similarities that a slice computes, at most.
  package static let valuesPerChunk = 1 << 22
  private static let similaritiesPerSlice = 1 << 23
  /// Test rows of a slice at most: the chunk is read once for each, so they should not be few.
  private static let rowsPerSlice = 1024

  let ks: [Int]
  let temperature: Float
  let classes: Int
  private let train: LabelledFeatures
  private let test: LabelledFeatures
  private let device: any ComputeDevice
  private let rowsPerChunk: Int
  private var nearest: NeighbourLists
  /// Training rows before the chunk in work, that chunk's rows of unit length, and test rows held against them.
  private var chunkStart = 0
  private var chunk: Tensor?
  private var testedOnChunk = 0
  /// Test rows that have voted.
  package private(set) var tested = 0
  private var correct: [Int]
  private var correctTop5: [Int]

  /// - Parameter rowsPerChunk: training rows that are taken at a time; nil: as many as ``valuesPerChunk`` allows.
  package init(
    train: LabelledFeatures, test: LabelledFeatures, classes: Int, ks: [Int], temperature: Float,
    device: any ComputeDevice, rowsPerChunk: Int? = nil
  ) {
    self.train = train
    self.test = test
    self.classes = classes
    self.ks = ks
    self.temperature = temperature
    self.device = device
    self.rowsPerChunk = max(1, rowsPerChunk ?? Self.valuesPerChunk / max(train.width, 1))
    nearest = NeighbourLists(rows: test.count, length: min(ks.max() ?? 1, train.count))
    correct = [Int](repeating: 0, count: ks.count)
    correctTop5 = correct
  }

  /// Rows to test in all.
  package var testCount: Int { test.count }
  package var isDone: Bool { tested == test.count }
  /// Share of the similarities that are computed.
  package var fraction: Double {
    let rows = Double(min(rowsPerChunk, train.count - chunkStart))
    let done = Double(chunkStart) + rows * Double(testedOnChunk) / Double(max(test.count, 1))
    return isDone ? 1 : done / Double(max(train.count, 1))
  }

  /// Share of test rows whose class wins the vote of each k.
  package var accuracies: [Double] { correct.map { Double($0) / Double(max(tested, 1)) } }
  /// Share of test rows whose class is among the five with most votes, for each k.
  package var top5Accuracies: [Double] { correctTop5.map { Double($0) / Double(max(tested, 1)) } }

  /// Holds the next slice of test rows against the training rows of a chunk; with the last chunk, they vote.
  package mutating func advance() {
    guard !isDone else { return }
    let trained = chunkStart..<min(train.count, chunkStart + rowsPerChunk)
    let chunk = chunk ?? unitRows(train, trained)
    self.chunk = chunk
    let slice = max(1, min(Self.rowsPerSlice, Self.similaritiesPerSlice / max(trained.count, 1)))
    let rows = testedOnChunk..<min(test.count, testedOnChunk + slice)
    nearest.add(matmulTransposed(unitRows(test, rows), chunk), of: rows, to: trained)
    testedOnChunk = rows.upperBound
    if trained.upperBound == train.count {
      for row in rows { vote(row) }
      tested = rows.upperBound
    }
    guard testedOnChunk == test.count else { return }
    (chunkStart, testedOnChunk, self.chunk) = (trained.upperBound, 0, nil)
  }

  private func unitRows(_ features: LabelledFeatures, _ rows: Range<Int>) -> Tensor {
    let width = features.width
    let part = LabelledFeatures(
      values: Array(features.values[rows.lowerBound * width..<rows.upperBound * width]),
      labels: Array(features.labels[rows]), width: width)
    return Tensor(part.l2Normalized().values, shape: [rows.count, width], device: device)
  }

  private mutating func vote(_ row: Int) {
    let label = Int(test.labels[row])
    var votes = [Double](repeating: 0, count: classes)
    var taken = 0
    let found = nearest[row]
    for (place, k) in ks.enumerated().sorted(by: { $0.element < $1.element }) {
      while taken < min(k, found.count) {
        let neighbour = found[taken]
        votes[Int(train.labels[neighbour.index])] += exp(Double(neighbour.similarity) / Double(temperature))
        taken += 1
      }
      // Classes that nobody voted for rank below all others, and among equals the lower number comes first.
      let own = votes[label]
      let before = votes.indices.count { votes[$0] > own || (votes[$0] == own && $0 < label) }
      if own > 0, before == 0 { correct[place] += 1 }
      if own > 0, before < 5 { correctTop5[place] += 1 }
    }
  }
}
