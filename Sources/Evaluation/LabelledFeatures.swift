/// One feature vector and one class label a picture.
package struct LabelledFeatures: Sendable, Equatable {
  /// count * width values, row by row.
  package var values: [Float]
  /// Entries in `0..<classes`.
  package var labels: [Int32]
  package var width: Int

  package init(values: [Float], labels: [Int32], width: Int) {
    self.values = values
    self.labels = labels
    self.width = width
  }

  package var count: Int { labels.count }

  /// How many are of the most frequent class.
  var largestClass: Int { Dictionary(grouping: labels) { $0 }.values.map(\.count).max() ?? 0 }

  /// The rows of the given pictures.
  package func rows(_ indices: [Int]) -> LabelledFeatures {
    var subset = LabelledFeatures(values: [], labels: [], width: width)
    subset.values.reserveCapacity(indices.count * width)
    for index in indices {
      subset.values += values[index * width..<(index + 1) * width]
      subset.labels.append(labels[index])
    }
    return subset
  }

  /// Some columns of every row.
  func columns(_ columns: Range<Int>) -> LabelledFeatures {
    var part = LabelledFeatures(values: [], labels: labels, width: columns.count)
    part.values.reserveCapacity(count * columns.count)
    for row in 0..<count { part.values += values[row * width + columns.lowerBound..<row * width + columns.upperBound] }
    return part
  }

  /// Every row scaled to unit length; rows of zeros stay.
  package func l2Normalized() -> LabelledFeatures {
    var result = self
    for row in 0..<count {
      let range = row * width..<(row + 1) * width
      let norm = values[range].reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
      guard norm > 0 else { continue }
      for index in range { result.values[index] = Float(Double(values[index]) / norm) }
    }
    return result
  }

  var isFinite: Bool { values.allSatisfy(\.isFinite) }

  /// Pictures with a value that is not finite.
  var brokenRows: Int {
    (0..<count).count { row in values[row * width..<(row + 1) * width].contains { !$0.isFinite } }
  }
}
