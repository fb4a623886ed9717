import CKernels
import COpenBLAS
import Foundation

/// Which OpenBLAS kernels are in use, and whether this CPU could do better.
///
/// OpenBLAS reads `OPENBLAS_CORETYPE` when it is loaded, before `main`; some machines export a slower core type than
/// their CPU has.
package struct OpenBLASReport: Equatable, Sendable {
  /// Core type in use, as OpenBLAS names it.
  package let coreName: String
  /// Version and build options of the library.
  package let configuration: String
  /// What `OPENBLAS_CORETYPE` says, if it is set.
  package let requestedCoreType: String?
  /// CPU level of our own kernels.
  package let kernelLevel: String
  /// CPU features that matter here.
  package let cpuFeatures: String

  package static var current: OpenBLASReport {
    OpenBLASReport(
      coreName: String(cString: mvp_blas_core_name()), configuration: String(cString: mvp_blas_config()),
      requestedCoreType: ProcessInfo.processInfo.environment["OPENBLAS_CORETYPE"],
      kernelLevel: String(cString: mvp_cpu_level()), cpuFeatures: String(cString: mvp_cpu_features()))
  }

  /// The value of `OPENBLAS_CORETYPE` with which OpenBLAS would use wider vectors; nil if it uses all that the CPU
  /// has. Besides the variable, a CPU younger than the library holds it back.
  package var betterCoreType: String? {
    let best = Int(mvp_cpu_best_openblas_core())
    guard OpenBLASReport.rank(coreName) < min(best, 2) else { return nil }
    return ["Haswell", "SkylakeX", "Cooperlake"][best - 1]
  }

  /// One sentence with the remedy, where OpenBLAS is held back.
  package var remedy: String? {
    guard let betterCoreType else { return nil }
    let reason =
      requestedCoreType.map { "OPENBLAS_CORETYPE=\($0) holds OpenBLAS to \(coreName) kernels" }
      ?? "OpenBLAS does not know this CPU and takes its \(coreName) kernels"
    return "\(reason), products take twice as long and more: run `export OPENBLAS_CORETYPE=\(betterCoreType)` first."
  }

  private static func rank(_ core: String) -> Int {
    switch core.lowercased() {
    case "cooperlake", "sapphirerapids": 3
    case "skylakex": 2
    case "haswell", "zen": 1
    default: 0
    }
  }
}
