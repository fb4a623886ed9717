import Foundation

/// A file that a run writes at its end for what it has trained.
package protocol TaskProduct: AnyObject {
  /// - Parameter scores: evaluations of the last step, by name.
  func write(to file: URL, scores: [String: Double]) throws
}
