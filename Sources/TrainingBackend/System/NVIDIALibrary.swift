import CNVML
import Foundation
import RunEvents

/// NVIDIA's management library, which is opened at run time. Belongs to one thread: any call may take as long as a
/// driver likes.
final class NVIDIALibrary {
  /// Where there is nothing to ask.
  enum Unusable: Error, Equatable {
    /// No such library, or no driver.
    case absent
    case failed(String)
  }

  /// Names a library in the place of the usual one.
  static let variable = "MVP_NVML_LIBRARY"
  private static let usual = "libnvidia-ml.so.1"

  private let handle: OpaquePointer

  /// - Throws: ``Unusable``.
  init(environment: [String: String] = ProcessInfo.processInfo.environment) throws {
    let named = environment[Self.variable].flatMap { $0.isEmpty ? nil : $0 }
    var state: Int32 = 0
    var opened: OpaquePointer?
    let reason = Self.text { opened = mvp_nvml_open(named ?? Self.usual, &state, $0, $1) }
    if let opened {
      handle = opened
      return
    }
    // What somebody names should be there.
    if let named {
      throw Unusable.failed("\(Self.variable) names \(named), which cannot be used: \(reason)")
    }
    guard state != Int32(mvp_nvml_absent) else { throw Unusable.absent }
    throw Unusable.failed("\(Self.usual) does not start: \(reason)")
  }

  deinit { mvp_nvml_close(handle) }

  /// - Throws: ``Unusable`` where it does not tell which devices there are.
  func sample() throws -> [GPUSample] {
    var count: Int32 = 0
    let reason = Self.text { count = mvp_nvml_count(handle, $0, $1) }
    guard count >= 0 else { throw Unusable.failed("NVIDIA's library does not tell which GPUs there are: \(reason)") }
    return (0..<Int(count)).map(sample)
  }

  private func sample(_ index: Int) -> GPUSample {
    var gpu = mvp_gpu()
    mvp_nvml_read(handle, UInt32(index), &gpu)
    func told(_ number: Int64) -> Double? { number < 0 ? nil : Double(number) }
    let name = withUnsafeBytes(of: &gpu.name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    var processes: [GPUProcess]?
    if gpu.process_count >= 0 {
      processes = withUnsafeBytes(of: &gpu.processes) { bytes in
        bytes.bindMemory(to: mvp_gpu_process.self).prefix(Int(gpu.process_count)).map {
          GPUProcess(process: Int($0.process), bytes: $0.bytes < 0 ? nil : Int($0.bytes))
        }
      }
    }
    return GPUSample(
      index: index, name: name.isEmpty ? "GPU" : name, utilisation: told(gpu.utilisation).map { $0 / 100 },
      memoryBytes: gpu.memory_bytes < 0 ? nil : Int(gpu.memory_bytes),
      usedBytes: gpu.memory_used < 0 ? nil : Int(gpu.memory_used), watts: told(gpu.milliwatts).map { $0 / 1000 },
      wattsLimit: told(gpu.milliwatts_limit).map { $0 / 1000 }, celsius: told(gpu.celsius), processes: processes)
  }

  private static func text(_ fill: (UnsafeMutablePointer<CChar>, Int) -> Void) -> String {
    var bytes = [CChar](repeating: 0, count: 512)
    bytes.withUnsafeMutableBufferPointer { buffer in
      if let base = buffer.baseAddress { fill(base, buffer.count) }
    }
    return String(decoding: bytes.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
