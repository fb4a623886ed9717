import CTorch
import Foundation
import Synchronization

/// A GPU that the driver of this machine names.
package struct TorchGPU: Equatable, Sendable {
  /// Its number, as `cuda:N` has it.
  package let index: Int
  package let name: String
  package let totalBytes: Int
}

/// The library that `mvp torch build` makes of an installed libtorch: opened where a device asks for it, so that a
/// program without it is the same program.
package final class TorchLibrary: Sendable {
  package let url: URL
  /// That of libtorch: `2.15.0`.
  package let version: String
  /// Whether libtorch was built with CUDA.
  package let hasCUDA: Bool
  nonisolated(unsafe) let functions: UnsafePointer<mvp_torch_table>

  private static let opened = Mutex<[String: TorchLibrary]>([:])

  /// In the cache of this user, unless the environment says where caches are.
  package static var usualPlace: URL {
    let environment = ProcessInfo.processInfo.environment
    func named(_ name: String) -> String? { environment[name].flatMap { $0.hasPrefix("/") ? $0 : nil } }
    let home = named("HOME") ?? FileManager.default.homeDirectoryForCurrentUser.path
    let cache = named("XDG_CACHE_HOME") ?? home + "/.cache"
    return URL(fileURLWithPath: cache + "/mvp/torch/libmvptorch.so")
  }

  /// What the environment variable MVP_TORCH_LIBRARY names, or the usual place.
  package static var place: URL {
    let named = ProcessInfo.processInfo.environment["MVP_TORCH_LIBRARY"].flatMap { $0.isEmpty ? nil : $0 }
    return named.map { URL(fileURLWithPath: $0) } ?? usualPlace
  }

  package static var isThere: Bool { FileManager.default.fileExists(atPath: place.path) }

  /// The folder of its sources, a `.cpp` and the headers that it includes: they come with the program.
  package static var sources: URL {
    (Bundle.module.resourceURL ?? Bundle.module.bundleURL).appendingPathComponent("shim")
  }

  /// The library at ``place``, opened once a process.
  ///
  /// - Throws: ``TorchError`` where it is not there, or does not go with this program or with libtorch.
  package static func open() throws(TorchError) -> TorchLibrary {
    let url = place
    guard isThere else {
      throw TorchError(
        "there is no library of libtorch at \(url.path): make it with `mvp torch build`, or name it in MVP_TORCH_LIBRARY."
      )
    }
    let made: Result<TorchLibrary, TorchError> = opened.withLock { known in
      if let library = known[url.path] { return .success(library) }
      let made = Result { () throws(TorchError) in try TorchLibrary(url) }
      if case .success(let library) = made { known[url.path] = library }
      return made
    }
    return try made.get()
  }

  private init(_ url: URL) throws(TorchError) {
    self.url = url
    var found: UnsafePointer<mvp_torch_table>?
    let reason = torchText { found = mvp_torch_open(url.path, $0, $1) }
    guard let found else {
      throw TorchError("\(url.path) cannot be used (\(reason)): make it again with `mvp torch build`.")
    }
    functions = found
    version = found.pointee.version().map { String(cString: $0) } ?? "of an unknown version"
    hasCUDA = found.pointee.has_cuda()
  }

  /// The GPUs that it can compute on.
  ///
  /// - Throws: ``TorchError`` with the reason where there can be none.
  package func gpus() throws(TorchError) -> [TorchGPU] {
    var count: Int32 = 0
    let reason = torchText { count = functions.pointee.gpu_count($0, $1) }
    guard count >= 0 else { throw TorchError("no GPU can be used: \(reason).") }
    return (0..<count).compactMap { index in
      var about = mvp_torch_gpu()
      guard functions.pointee.gpu(index, &about) else { return nil }
      let name = withUnsafeBytes(of: about.name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
      return TorchGPU(index: Int(index), name: name, totalBytes: Int(about.total_bytes))
    }
  }
}

/// What a function writes into a buffer of characters.
func torchText(_ fill: (UnsafeMutablePointer<CChar>, Int) -> Void) -> String {
  var bytes = [CChar](repeating: 0, count: 2048)
  bytes.withUnsafeMutableBufferPointer { buffer in
    if let base = buffer.baseAddress { fill(base, buffer.count) }
  }
  return String(decoding: bytes.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
}
