import Foundation

/// Classes of the cells of a picture, as they are and as a model tells them.
package struct ClassMaps: Codable, Equatable, Sendable {
  /// A cell whose class is not known.
  package static let unknown: UInt8 = 255

  /// In the order of their numbers.
  package var names: [String]
  /// One number a cell, row-major.
  package var truth: Data
  package var prediction: Data

  package init(names: [String], truth: Data, prediction: Data) {
    self.names = names
    self.truth = truth
    self.prediction = prediction
  }

  /// Share of the cells with a known class that are told; nil where there are none.
  package var share: Double? {
    let known = zip(truth, prediction).filter { $0.0 != Self.unknown }
    return known.isEmpty ? nil : Double(known.count { $0.0 == $0.1 }) / Double(known.count)
  }
}
