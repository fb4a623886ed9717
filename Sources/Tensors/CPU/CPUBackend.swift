import CKernels
import COpenBLAS
import Recipe

#if OneDNN
  import CDNNL
#endif

extension CPUBackend: CustomStringConvertible {
  /// Whether this build has it.
  package var isBuiltIn: Bool {
    switch self {
    case .native, .openBLAS: true
    case .oneDNN:
      #if OneDNN
        true
      #else
        false
      #endif
    }
  }

  /// Library, version or kernels in words.
  package var description: String {
    switch self {
    case .native:
      let kind = mvp_cpu_taken_for()
      let restriction = kind == MVP_CPU_OWN ? "" : " as \(String(cString: mvp_cpu_kind_name(kind)))"
      return "native \(String(cString: mvp_cpu_level()))\(mvp_has_amx() ? " with AMX" : "")\(restriction)"
    case .openBLAS: return "OpenBLAS \(OpenBLASReport.current.coreName)"
    case .oneDNN:
      #if OneDNN
        return "oneDNN \(String(cString: mvp_dnnl_version()))"
      #else
        return "oneDNN (not in this build)"
      #endif
    }
  }

  /// The fastest of this build on this CPU. bfloat16 on a CPU without such instructions is left to OpenBLAS, after a
  /// conversion.
  package static func preferred(for dtype: Precision) -> CPUBackend {
    [.native, .oneDNN].first { objection(to: $0, dtype: dtype) == nil } ?? .openBLAS
  }

  /// Kinds of CPU that the environment variable MVP_CPU may name, for kernels to be chosen as for such a one.
  package static var cpuKinds: [String] {
    [MVP_CPU_OWN, MVP_CPU_AVX2, MVP_CPU_AVX512, MVP_CPU_BF16_WIDENED, MVP_CPU_BF16_DOT].map {
      String(cString: mvp_cpu_kind_name($0))
    }
  }

  private static let hasBFloat16 = String(cString: mvp_cpu_features()).contains("avx512bf16")

  /// Why this build or CPU cannot or should not compute so, in one sentence; nil if it can.
  package static func objection(to backend: CPUBackend, dtype: Precision) -> String? {
    if !backend.isBuiltIn {
      return "this build of mvp has no oneDNN: use --backend openblas, or build without `--disable-default-traits`"
    }
    if backend != .openBLAS, dtype == .bfloat16, !hasBFloat16 {
      return
        "this CPU has no AVX512_BF16, which bf16 products of \(backend.rawValue) need: use --dtype fp32, or "
        + "--backend openblas, which keeps activations in bf16 without its speed"
    }
    if backend == .native, !mvp_products_supported(MVP_FLOAT32) {
      return "this CPU has no AVX-512, which the native products need: use --backend onednn or openblas"
    }
    return nil
  }
}
