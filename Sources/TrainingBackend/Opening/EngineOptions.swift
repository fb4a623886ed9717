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
      throw BackendError("--dtype is \(dtype): choose \(choices(Precision.allCases.map(\.rawValue))).")
    }
    self.dtype = dtype
    guard backend != "auto" else { return }
    self.backend = CPUBackend(rawValue: backend)
    guard self.backend != nil else {
      throw BackendError(
        "--backend is \(backend): choose \(choices(["auto"] + CPUBackend.allCases.map(\.rawValue))).")
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
