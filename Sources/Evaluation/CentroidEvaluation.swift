import RunEvents
import Tensors

/// Classification by the nearest class mean: features are scaled to unit length, a class is the mean of its training
/// pictures, and a picture belongs to the class whose mean has the largest cosine with its features.
package final class CentroidEvaluation: EvaluationKind {
  package static let description = EvaluationDescription(kind: "centroid", title: "centroid")

  /// Share of the progress that feature extraction takes.
  private static let extractionShare = 0.98

  private let pair: FeaturePair
  private var search: NearestCentroids?

  package init(features: FeaturePair, options: EvaluationOptions) { pair = features }

  package func advance() throws -> EvaluationState {
    guard var search else { return try extract() }
    search.advance()
    self.search = search
    guard search.isDone else {
      let share = Double(search.tested) / Double(search.test.count)
      return .working(
        fraction: Self.extractionShare + (1 - Self.extractionShare) * share,
        phase: "class means \(search.tested)/\(search.test.count)")
    }
    return .done(
      EvaluationScore(
        score: search.accuracy, details: search.classes > 5 ? ["top5": search.top5Accuracy] : [:],
        summary: "\(search.classes) class means", pictures: pair.pictures))
  }

  private func extract() throws -> EvaluationState {
    switch try pair.advance(for: kind) {
    case .working(let fraction, let phase):
      return .working(fraction: Self.extractionShare * fraction, phase: phase)
    case .ready(let train, let test, let classes):
      search = NearestCentroids(train: train, test: test, classes: classes, device: pair.subject.model.device)
      return .working(fraction: Self.extractionShare, phase: "class means 0/\(test.count)")
    }
  }
}

/// The cosines of test rows with class means, a slice of rows at a time.
package struct NearestCentroids {
  /// Products of two rows that one slice computes at most.
  private static let productsPerSlice = 1 << 19

  let classes: Int
  let test: LabelledFeatures
  /// [classes, width], rows of unit length, or of zeros.
  package let means: Tensor
  /// Classes without a training picture: no picture is taken for one of theirs.
  private let empty: [Int]
  package private(set) var tested = 0
  private var right = 0.0
  private var rightTop5 = 0.0

  package init(train: LabelledFeatures, test: LabelledFeatures, classes: Int, device: any ComputeDevice) {
    let (train, width) = (train.l2Normalized(), train.width)
    var sums = [Double](repeating: 0, count: classes * width)
    var counts = [Int](repeating: 0, count: classes)
    for (row, label) in train.labels.enumerated() {
      counts[Int(label)] += 1
      for column in 0..<width { sums[Int(label) * width + column] += Double(train.values[row * width + column]) }
    }
    // A mean and a sum have one direction, so that the cosines are the same.
    let rows = LabelledFeatures(values: sums.map { Float($0) }, labels: (0..<Int32(classes)).map { $0 }, width: width)
    means = Tensor(rows.l2Normalized().values, shape: [classes, width], device: device)
    empty = counts.indices.filter { counts[$0] == 0 }
    self.test = test.l2Normalized()
    self.classes = classes
  }

  package var isDone: Bool { tested == test.count }
  /// Share of the rows tested so far whose class has the nearest mean, and one of the five nearest.
  package var accuracy: Double { right / Double(max(tested, 1)) }
  package var top5Accuracy: Double { rightTop5 / Double(max(tested, 1)) }

  /// Tests the next slice of rows.
  package mutating func advance() {
    let rows = tested..<min(test.count, tested + max(1, Self.productsPerSlice / max(classes, 1)))
    guard !rows.isEmpty else { return }
    let found = topAccuracies(cosines(of: rows), labels: Array(test.labels[rows]), classes: classes)
    right += (found.top1 * Double(rows.count)).rounded()
    rightTop5 += (found.top5 * Double(rows.count)).rounded()
    tested = rows.upperBound
  }

  /// - Returns: [rows, classes]: the cosines of test rows with the means, minus infinity for classes without pictures.
  package func cosines(of rows: Range<Int>) -> [Float] {
    let values = Array(test.values[rows.lowerBound * test.width..<rows.upperBound * test.width])
    var cosines = matmulTransposed(
      Tensor(values, shape: [rows.count, test.width], device: means.device), means
    ).array()
    for row in 0..<rows.count { for label in empty { cosines[row * classes + label] = -.infinity } }
    return cosines
  }
}
