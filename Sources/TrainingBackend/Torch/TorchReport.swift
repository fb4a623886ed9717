import Foundation
import Tensors

/// What there is of libtorch on this machine: `mvp torch`, and part of `mvp doctor`.
package struct TorchReport: Encodable, Equatable, Sendable {
  /// Something that a session may name as `engine.device`.
  package struct Device: Encodable, Equatable, Sendable {
    package let name: String
    /// What it is, in words.
    package let about: String
    package let memoryBytes: Int?

    enum CodingKeys: String, CodingKey {
      case name, about
      case memoryBytes = "memory_bytes"
    }
  }

  /// The library by which torch is called.
  package let library: String
  /// Whether it can be used.
  package let isReady: Bool
  /// Why it cannot, in one sentence that says what to do; nil where it can.
  package let problem: String?
  /// The torch's version.
  package let version: String?
  /// The folder of the torch that it was made for, as far as that is known, and the compiler.
  package let torch: String?
  package let compiler: String?
  /// Whether that torch brings CUDA.
  package let cuda: Bool?
  /// Those of libtorch alone.
  package let devices: [Device]
  /// Why there is no GPU among them, in one sentence; nil where there is one.
  package let gpuProblem: String?

  enum CodingKeys: String, CodingKey {
    case library, problem, version, torch, compiler, cuda, devices
    case isReady = "ready"
    case gpuProblem = "gpu_problem"
  }

  package init() {
    library = TorchLibrary.place.path
    let record = TorchRecord.read(of: TorchLibrary.place)
    torch = record?.torch
    compiler = record?.compiler
    do {
      let opened = try TorchState.open()
      (isReady, problem, version, cuda) = (true, nil, opened.version, opened.hasCUDA)
      let (gpus, why) = Self.gpus(of: opened)
      gpuProblem = why
      devices = [Device(name: "torch-cpu", about: "this machine's cores by libtorch", memoryBytes: nil)] + gpus
    } catch {
      (isReady, problem, version, cuda) = (false, "\(error)", record?.version, nil)
      (devices, gpuProblem) = ([], nil)
    }
  }

  private static func gpus(of library: TorchLibrary) -> ([Device], why: String?) {
    guard library.hasCUDA else { return ([], "this torch was built without CUDA.") }
    do {
      let gpus = try library.gpus()
      guard !gpus.isEmpty else { return ([], "no GPU is seen: `nvidia-smi` says whether the driver has one.") }
      return (gpus.map { Device(name: "cuda:\($0.index)", about: $0.name, memoryBytes: $0.totalBytes) }, nil)
    } catch {
      return ([], "\(error)")
    }
  }

  /// Every word that a session may have for `engine.device` here: the CPU's own device first.
  package var allDevices: [Device] {
    [Device(name: "cpu", about: "this program's own kernels", memoryBytes: nil)] + devices
  }

  /// Whether the machine has a GPU of NVIDIA's that no library was made for.
  package static var hasUnusedGPU: Bool {
    FileManager.default.fileExists(atPath: "/dev/nvidia0") && !TorchLibrary.isThere
  }
}

extension TorchReport.Device {
  /// `cuda:0 NVIDIA H200 (139 GiB)`
  package var words: String {
    name == "cpu" || name == "torch-cpu"
      ? name : "\(name) \(about)" + (memoryBytes.map { " (\($0 >> 30) GiB)" } ?? "")
  }
}
