/// The library that computes the matrix products of a CPU.
package enum CPUBackend: String, Choice {
  /// This project's own kernels for CPUs with AVX-512; what they do not take is left to OpenBLAS.
  case native
  case openBLAS = "openblas"
  /// In builds with the package trait `OneDNN`, which is on by default.
  case oneDNN = "onednn"
}
