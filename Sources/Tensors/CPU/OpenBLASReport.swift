import CKernels
import COpenBLAS
import Foundation

/// Which OpenBLAS kernels are in use, and whether this CPU could do better.
///
/// OpenBLAS reads `OPENBLAS_CORETYPE` when it is loaded, before `main`; some machines export a slower core type than their CPU has.
public struct OpenBLASReport: Equatable, Sendable {
  /// Core type in use, as OpenBLAS names it.
  public let coreName: String
  /// Version and build options of the library.
  public let configuration: String
  /// What `OPENBLAS_CORETYPE` says, if it is set.
  public let requestedCoreType: String?
  /// CPU level of our own kernels.
  public let kernelLevel: String
  /// CPU features that matter here.
  public let cpuFeatures: String

  public static var current: OpenBLASReport {
    OpenBLASReport(
      coreName: String(cString: mvp_blas_core_name()), configuration: String(cString: mvp_blas_config()),
      requestedCoreType: ProcessInfo.processInfo.environment["OPENBLAS_CORETYPE"],
      kernelLevel: String(cString: mvp_cpu_level()), cpuFeatures: String(cString: mvp_cpu_features()))
  }

  /// True where the variable holds OpenBLAS to kernels below what the CPU supports.
  public var isHeldBack: Bool {
    guard requestedCoreType != nil else { return false }
    return OpenBLASReport.rank(coreName) < Int(mvp_cpu_best_openblas_core())
  }

  /// One sentence with the remedy, where OpenBLAS is held back.
  public var remedy: String? {
    guard isHeldBack, let requestedCoreType else { return nil }
    return
      "OPENBLAS_CORETYPE=\(requestedCoreType) holds OpenBLAS to \(coreName) kernels although this CPU supports AVX-512: "
      + "run `unset OPENBLAS_CORETYPE` first, products are about twice as fast then."
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
