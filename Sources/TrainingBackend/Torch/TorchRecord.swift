import Foundation
import Tensors

/// What the library that calls libtorch was made of, kept beside it as `libmvptorch.so.json`.
package struct TorchRecord: Codable, Equatable, Sendable {
  /// The torch's folder and version.
  package var torch: String
  package var version: String
  package var compiler: String

  package init(torch: String, version: String, compiler: String) {
    self.torch = torch
    self.version = version
    self.compiler = compiler
  }

  static func file(of library: URL) -> URL { library.appendingPathExtension("json") }

  /// nil where there is none: a library that was made by hand.
  static func read(of library: URL) -> TorchRecord? {
    guard let data = try? Data(contentsOf: file(of: library)) else { return nil }
    return try? JSONDecoder().decode(TorchRecord.self, from: data)
  }

  /// Why a library that was made of this cannot be opened any more, as part of a sentence; nil: nothing is known
  /// against it. A torch that was replaced by another one would be called by the old one's headers.
  package var objection: String? {
    guard let now = InstalledTorch(at: URL(fileURLWithPath: torch, isDirectory: true)) else {
      return "was made for the torch \(version) in \(torch), which is no longer there"
    }
    return now.version == version
      ? nil : "was made for torch \(version), and in \(torch) there is \(now.version) now"
  }
}

/// The library that calls libtorch, as this program finds it.
package enum TorchState {
  /// The variable of the environment that names another library than the usual one.
  static let variable = "MVP_TORCH_LIBRARY"
  /// What to do about it.
  static let remedy = "`mvp torch build` makes it anew"

  /// Opens the library.
  ///
  /// - Throws: ``BackendError``, one sentence with the command that mends it.
  package static func open() throws -> TorchLibrary {
    let place = TorchLibrary.place
    if TorchLibrary.isThere, let objection = TorchRecord.read(of: place)?.objection {
      throw BackendError("\(place.path) \(objection): \(remedy).")
    }
    do { return try TorchLibrary.open() } catch { throw BackendError("\(error)") }
  }
}
