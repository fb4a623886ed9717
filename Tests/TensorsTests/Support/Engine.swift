import Foundation
import Recipe
import Tensors
import Testing

/// A way to compute that this build has.
struct Engine: CustomTestStringConvertible, Sendable {
  /// nil: libtorch's, at ``place``.
  var backend: CPUBackend?
  var dtype: Precision

  /// Those of this project's device for CPUs.
  static let cpu = CPUBackend.allCases.filter(\.isBuiltIn).flatMap { backend in
    Precision.allCases.filter { CPUBackend.objection(to: backend, dtype: $0) == nil }.map {
      Engine(backend: backend, dtype: $0)
    }
  }
  private static let named = ProcessInfo.processInfo.environment["MVP_TORCH_DEVICE"]
  /// What libtorch computes on: its CPU, or what the environment variable MVP_TORCH_DEVICE names (`cuda`, `cuda:1`).
  static let place = named ?? "cpu"
  /// Those of libtorch, where its library is there.
  static let torch =
    named != nil || TorchLibrary.isThere ? Precision.allCases.map { Engine(backend: nil, dtype: $0) } : []
  /// Where a device of libtorch is named, it alone.
  static let all = named == nil ? cpu + torch : torch
  static let float32 = all.filter { $0.dtype == .float32 }

  var testDescription: String { "\(backend?.rawValue ?? "torch \(Self.place)") \(dtype.rawValue)" }

  func device(threads: Int) -> any ComputeDevice {
    guard backend == nil else { return CPUDevice(threads: threads, dtype: dtype, backend: backend) }
    do {
      return try TorchDevice(place: Self.place, dtype: dtype, threads: threads)
    } catch {
      preconditionFailure("\(error)")
    }
  }

  /// How far an op may be from torch in float64, relative to the largest value: rounding of float32 sums, or of
  /// bfloat16 values (2^-9 each) in ops that take them.
  func tolerance(_ name: String) -> Float {
    let takesBFloat16 = [
      "linear", "activated", "feedForward", "gated", "layerNorm", "attention", "rotated", "residual", "block",
      "patchEmbedding",
      "convolution",
      "transposedConvolution", "halvingConvolution", "doublingConvolution",
    ].contains {
      name.hasPrefix($0)
    }
    return dtype == .bfloat16 && takesBFloat16 ? 0.025 : 1e-5
  }
}
