import Evaluation
import Foundation
import Tensors
import Testing

@Suite struct NearestNeighboursTests {
  /// The same rows and labels as this script, whose counts of right answers the test expects (torch, float64, weighted
  /// voting of DINO's eval_knn.py; the two best classes never lie closer than 0.5% of their votes):
  ///
  ///     import torch
  ///     N, T, K = 50, 37, 4
  ///     i = torch.arange(N + T, dtype=torch.float64)[:, None]; j = torch.arange(6, dtype=torch.float64)[None]
  ///     f = torch.sin(1.3 * i + 0.7 * j + 0.05 * i * j * j)
  ///     lab = (f[:, 0] + torch.sin(2.9 * i[:, 0]) * 0.8 + f[:, 1] + 2.0).floor().clamp(0, 3).long()
  ///     f = torch.nn.functional.normalize(f, dim=1); s = f[N:] @ f[:N].T
  ///     for t in (0.07, 1.0):
  ///       for k in (1, 5, 20, 500):
  ///         v, ix = s.topk(min(k, N), 1); p = torch.zeros(T, K, dtype=torch.float64)
  ///         p.scatter_add_(1, lab[:N][ix], (v / t).exp()); print(t, k, (p.argmax(1) == lab[N:]).sum())
  static func waves() -> (train: LabelledFeatures, test: LabelledFeatures) {
    var all = LabelledFeatures(values: [], labels: [], width: 6)
    for i in 0..<87 {
      let row = (0..<6).map { j in sin(1.3 * Double(i) + 0.7 * Double(j) + 0.05 * Double(i * j * j)) }
      let level = row[0] + sin(2.9 * Double(i)) * 0.8 + row[1] + 2
      all.values += row.map { Float($0) }
      all.labels.append(Int32(min(max(level.rounded(.down), 0), 3)))
    }
    return (all.rows(Array(0..<50)), all.rows(Array(50..<87)))
  }

  @Test(arguments: [(Float(0.07), [14, 13, 13, 13]), (Float(1), [14, 13, 15, 14])])
  func agreesWithTorch(temperature: Float, right: [Int]) {
    let (train, test) = Self.waves()
    var neighbours = NearestNeighbours(
      train: train, test: test, classes: 4, ks: [1, 5, 20, 500], temperature: temperature,
      device: CPUDevice(threads: 1))
    while !neighbours.isDone { neighbours.advance() }
    #expect(neighbours.tested == 37)
    #expect(neighbours.accuracies == right.map { Double($0) / 37 })
  }

  @Test func closeNeighboursOutvoteManyFarOnes() {
    // One neighbour of class 1 at cosine 1, three of class 0 at cosine .6: exp(1 / .07) > 3 exp(.6 / .07), but 1 < 3
    // exp(-.4).
    let train = LabelledFeatures(
      values: [2, 0, 0.6, 0.8, 0.6, 0.8, 0.6, 0.8], labels: [1, 0, 0, 0], width: 2)
    let test = LabelledFeatures(values: [5, 0], labels: [1], width: 2)
    func accuracy(_ temperature: Float) -> Double {
      var neighbours = NearestNeighbours(
        train: train, test: test, classes: 2, ks: [4], temperature: temperature, device: CPUDevice(threads: 1))
      while !neighbours.isDone { neighbours.advance() }
      return neighbours.accuracies[0]
    }
    #expect(accuracy(0.07) == 1)
    #expect(accuracy(1) == 0)
  }

  @Test func topFiveCountsClassesThatGotVotes() {
    // Seven classes, one neighbour each, ever farther: the true class is the fifth, then the sixth.
    let values = (0..<7).flatMap { [cos(Float($0) * 0.2), sin(Float($0) * 0.2)] }
    let train = LabelledFeatures(values: values, labels: (0..<7).map { Int32($0) }, width: 2)
    for (label, top5) in [(Int32(4), 1.0), (Int32(5), 0.0)] {
      var neighbours = NearestNeighbours(
        train: train, test: LabelledFeatures(values: [1, 0], labels: [label], width: 2), classes: 7, ks: [7],
        temperature: 0.07, device: CPUDevice(threads: 1))
      while !neighbours.isDone { neighbours.advance() }
      #expect(neighbours.top5Accuracies == [top5])
      #expect(neighbours.accuracies == [0])
    }
  }

  /// Equal rows in different chunks: the earlier ones are the neighbours, as without chunks.
  @Test(arguments: [1, 2, 7, 49, 50, 1000], [[1, 5, 20, 500], [3]]) func chunksChangeNothing(
    rowsPerChunk: Int, ks: [Int]
  ) {
    var (train, test) = Self.waves()
    for row in stride(from: 10, to: 50, by: 10) {
      train.values.replaceSubrange(row * 6..<row * 6 + 6, with: train.values[0..<6])
      test.values.replaceSubrange((row - 10) * 6..<(row - 10) * 6 + 6, with: train.values[0..<6])
    }
    func found(_ rowsPerChunk: Int?) -> NearestNeighbours {
      var neighbours = NearestNeighbours(
        train: train, test: test, classes: 4, ks: ks, temperature: 0.07, device: CPUDevice(threads: 1),
        rowsPerChunk: rowsPerChunk)
      var last = 0.0
      while !neighbours.isDone {
        neighbours.advance()
        #expect(neighbours.fraction > last && neighbours.fraction <= 1)
        last = neighbours.fraction
      }
      return neighbours
    }
    let (whole, cut) = (found(nil), found(rowsPerChunk))
    #expect(cut.accuracies == whole.accuracies && cut.top5Accuracies == whole.top5Accuracies)
  }

  @Test func listsKeepTheEarlierAmongEquals() {
    let device = CPUDevice(threads: 2)
    func row(_ values: [Float]) -> Tensor { Tensor(values, shape: [1, values.count], device: device) }
    var lists = NeighbourLists(rows: 3, length: 4)
    lists.add(row([9, 1, 3]), of: 1..<2, to: 0..<3)
    lists.add(row([3, 2, 3, 5]), of: 1..<2, to: 3..<7)
    #expect(lists[1].map(\.index) == [0, 6, 2, 3])
    #expect(lists[1].map(\.similarity) == [9, 5, 3, 3])
    #expect(lists[0].isEmpty && lists[2].isEmpty)
    lists.add(row([0.3, 0.9, 0.1]), of: 0..<1, to: 0..<3)
    #expect(lists[0].map(\.index) == [1, 0, 2])
  }

  /// Many rows of many values, some of them equal, in parts of any length, against a stable sort.
  @Test func listsKeepTheLargestOfMany() {
    let device = CPUDevice(threads: 2)
    let (rows, count, length) = (37, 1_003, 20)
    var random = Philox(seed: 1, purpose: .evaluation, stream: 0)
    let values = (0..<rows * count).map { _ in (random.uniform() * 300).rounded() }
    var lists = NeighbourLists(rows: rows, length: length)
    for part in [0..<10, 10..<11, 11..<500, 500..<532, 532..<1_003] {
      let columns = (0..<rows).flatMap { values[$0 * count + part.lowerBound..<$0 * count + part.upperBound] }
      lists.add(Tensor(columns, shape: [rows, part.count], device: device), of: 0..<rows, to: part)
    }
    for row in 0..<rows {
      let own = Array(values[row * count..<(row + 1) * count])
      let order = own.indices.sorted { own[$0] > own[$1] || (own[$0] == own[$1] && $0 < $1) }
      #expect(lists[row].map(\.index) == Array(order.prefix(length)))
    }
  }

  /// Fixtures/make_neighbours.py says what it is.
  private struct Fixture: Decodable {
    var classes: Int
    var width: Int
    var train: [Float]
    var trainLabels: [Int32]
    var test: [Float]
    var testLabels: [Int32]
    var ks: [Int]
    var right: [Int]
    var rightTop5: [Int]
  }

  @Test func agreesWithScikitLearn() throws {
    let url = try #require(Bundle.module.url(forResource: "Fixtures/neighbours", withExtension: "json"))
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    let fixture = try decoder.decode(Fixture.self, from: Data(contentsOf: url))
    var neighbours = NearestNeighbours(
      train: LabelledFeatures(values: fixture.train, labels: fixture.trainLabels, width: fixture.width),
      test: LabelledFeatures(values: fixture.test, labels: fixture.testLabels, width: fixture.width),
      classes: fixture.classes, ks: fixture.ks, temperature: 0.07, device: CPUDevice(threads: 1), rowsPerChunk: 64)
    while !neighbours.isDone { neighbours.advance() }
    #expect(neighbours.accuracies == fixture.right.map { Double($0) / 60 })
    #expect(neighbours.top5Accuracies == fixture.rightTop5.map { Double($0) / 60 })
  }
}
