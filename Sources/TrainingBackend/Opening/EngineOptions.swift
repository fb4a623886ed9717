import Files
import Recipe
import Sessions
import Tensors

/// How a command computes: what `--threads`, `--dtype` and `--backend` say.
package struct EngineOptions: Equatable, Sendable {
  /// nil: all cores.
  package var threads: Int?
  package var dtype = Precision.float32
  /// nil: the fastest of the build.
  package var backend: CPUBackend?

  package init() {}

  /// - Throws: ``BackendError`` for a word that is no dtype or backend, with those that are.
  package init(threads: Int?, dtype: String, backend: String) throws {
    self.threads = threads
    guard let dtype = Precision(rawValue: dtype) else {
      let words = Precision.allCases.map(\.rawValue)
      throw BackendError("--dtype is \(dtype): choose \(choices(words))\(meaning(of: dtype, among: words))")
    }
    self.dtype = dtype
    guard backend != "auto" else { return }
    self.backend = CPUBackend(rawValue: backend)
    guard self.backend != nil else {
      let words = ["auto"] + CPUBackend.allCases.map(\.rawValue)
      throw BackendError("--backend is \(backend): choose \(choices(words))\(meaning(of: backend, among: words))")
    }
  }

  init(_ session: SessionFile) {
    threads = session.threads
    dtype = session.engine.dtype
    backend = session.engine.backend
  }

  /// - Throws: ``BackendError`` where this build or CPU cannot compute so.
  package func makeDevice() throws -> CPUDevice {
    if let objection = CPUBackend.objection(to: backend ?? .preferred(for: dtype), dtype: dtype) {
      throw BackendError(objection + ".")
    }
    return CPUDevice(threads: threads, dtype: dtype, backend: backend)
  }
}

private func choices(_ words: [String]) -> String { words.joined(separator: " or ") }
