import Foundation
import Recipe
import Tensors

/// What this machine offers the engine: part of `mvp doctor`.
package struct MachineReport: Codable, Equatable, Sendable {
  package let cpu: String
  package let cores: Int
  package let cpuFeatures: String
  /// Level that our own kernels run at.
  package let kernelLevel: String
  package let openBLASCore: String
  package let openBLASConfiguration: String
  package let threads: Int
  package let memoryBytes: UInt64
  /// What would make it faster, in one sentence.
  package let remedy: String?

  package init() {
    let blas = OpenBLASReport.current
    let information = ProcessInfo.processInfo
    cpu = MachineReport.cpuName ?? "unknown"
    cores = information.activeProcessorCount
    cpuFeatures = blas.cpuFeatures
    kernelLevel = blas.kernelLevel
    openBLASCore = blas.coreName
    openBLASConfiguration = blas.configuration
    threads = CPUDevice().threads
    memoryBytes = information.physicalMemory
    remedy = blas.remedy
  }

  /// The value of `OPENBLAS_CORETYPE` that OpenBLAS needs for the CPU's own kernels, where it does not use them.
  package static var betterCoreType: String? { OpenBLASReport.current.betterCoreType }

  /// What the environment variable MVP_CPU brings about, in one sentence.
  package static func words(ofCPUKind kind: String) -> String {
    let known = CPUBackend.cpuKinds
    return known.contains(kind)
      ? "MVP_CPU=\(kind) is exported: kernels are chosen as for such a CPU, not for this one; `unset MVP_CPU` to have its own."
      : "MVP_CPU=\(kind) is exported, which names no kind of CPU (\(known.joined(separator: ", "))) and has no effect."
  }

  private static var cpuName: String? {
    let text = try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)
    let line = text?.split(separator: "\n").first { $0.hasPrefix("model name") }
    return line?.split(separator: ":").last?.trimmingCharacters(in: .whitespaces)
  }
}

/// Free and total bytes of the file system that holds a folder (or the nearest folder above it that exists).
package func diskSpace(at folder: URL) -> (free: Int64, total: Int64)? {
  var place = folder.standardizedFileURL
  while !FileManager.default.fileExists(atPath: place.path), place.path != "/" { place.deleteLastPathComponent() }
  guard let attributes = try? FileManager.default.attributesOfFileSystem(forPath: place.path),
    let free = attributes[.systemFreeSize] as? NSNumber, let total = attributes[.systemSize] as? NSNumber
  else { return nil }
  return (free.int64Value, total.int64Value)
}
