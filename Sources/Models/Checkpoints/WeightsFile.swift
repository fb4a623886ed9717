import Foundation

/// A file of named arrays of numbers, whatever its container.
package protocol WeightsFile: Sendable {
  var url: URL { get }
  /// What people call the container.
  var container: String { get }
  /// Names of the arrays in the order of the file.
  var names: [String] { get }
  /// Free text beside the arrays.
  var metadata: [String: String] { get }

  func shape(_ name: String) -> [Int]?
  func type(_ name: String) -> ElementType?

  /// The values of an array, row-major.
  /// - Throws: `CheckpointError` if the name is unknown or the type is no floating one.
  func floats(_ name: String) throws -> [Float]
}

extension WeightsFile {
  func unknown(_ name: String) -> CheckpointError { .file(url.path, "has no tensor named \(name)") }

  func unreadable(_ name: String, _ type: ElementType) -> CheckpointError {
    .file(
      url.path, "holds \(name) as \(type.rawValue), store it as F32, F16, BF16 or F64 to read it as weights")
  }
}
