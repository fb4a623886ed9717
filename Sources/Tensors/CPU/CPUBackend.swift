import CKernels

/// The library that computes a ``CPUDevice``'s matrix products.
public enum CPUBackend: String, CaseIterable, Codable, Sendable {
  case openBLAS = "openblas"
  /// In builds with the package trait `OneDNN`, which is on by default.
  case oneDNN = "onednn"

  /// Whether this build has it.
  public var isBuiltIn: Bool {
    switch self {
    case .openBLAS: true
    case .oneDNN:
      #if OneDNN
        true
      #else
        false
      #endif
    }
  }

  /// The fastest of this build.
  public static var preferred: CPUBackend { CPUBackend.oneDNN.isBuiltIn ? .oneDNN : .openBLAS }

  /// Why this build or CPU cannot or should not compute so, in one sentence; nil where it can.
  public static func objection(to backend: CPUBackend, dtype: Precision) -> String? {
    if !backend.isBuiltIn {
      return "this build of mvp has no oneDNN: use --backend openblas, or build without `--disable-default-traits`"
    }
    return nil
  }
}
