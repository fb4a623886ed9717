import CTorch
import Recipe

/// libtorch (ATen) as a device: CUDA's GPUs, or the CPU, on which everything can be tried.
///
/// Kernels return before a GPU has done what they ask for; what the host reads it waits for. What went wrong is kept:
/// see ``failure``. Results have the same bits every time on the same device, with the same libtorch.
package final class TorchDevice: ComputeDevice {
  package let library: TorchLibrary
  package let precision: Precision
  package let host: CPUDevice
  /// nil on the CPU.
  package let gpu: TorchGPU?
  let core: TorchCore
  /// Whether each part of a step is waited for, so that its time is its own: for benchmarks.
  package var timesParts = false

  /// - Parameters:
  ///   - place: `cpu`, `cuda` or `cuda:N`
  ///   - dtype: number format of the products
  ///   - threads: cores for what is done on the host; nil takes all that this process may run on
  /// - Throws: ``TorchError`` where there is no such place, or libtorch's library is not there.
  package init(place: String, dtype: Precision = .float32, threads: Int? = nil) throws(TorchError) {
    let library = try TorchLibrary.open()
    let gpu = try TorchDevice.gpu(of: place, library)
    let host = CPUDevice(threads: threads, dtype: dtype, backend: .openBLAS)
    var opened: OpaquePointer?
    let reason = torchText {
      opened = library.functions.pointee.open(Int32(gpu?.index ?? -1), Int32(host.threads), $0, $1)
    }
    guard let opened else { throw TorchError("libtorch cannot use \(place): \(reason).") }
    self.library = library
    self.gpu = gpu
    self.host = host
    precision = dtype
    core = TorchCore(library: library, device: opened)
  }

  private static func gpu(of place: String, _ library: TorchLibrary) throws(TorchError) -> TorchGPU? {
    guard place != "cpu" else { return nil }
    let number = place == "cuda" ? 0 : place.hasPrefix("cuda:") ? Int(place.dropFirst(5)) : nil
    guard let number, number >= 0 else { throw TorchError("\(place) is no device of libtorch: cpu, cuda or cuda:N.") }
    let gpus = try library.gpus()
    guard let found = gpus.first(where: { $0.index == number }) else {
      let names = gpus.map { "cuda:\($0.index) (\($0.name))" }.joined(separator: ", ")
      throw TorchError("there is no GPU cuda:\(number): \(gpus.isEmpty ? "there is none" : "there are \(names)").")
    }
    return found
  }

  private var placeInWords: String { gpu.map { "cuda:\($0.index) \($0.name)" } ?? "cpu x\(host.threads)" }

  package var description: String { "libtorch \(library.version) \(placeInWords), \(precision.rawValue)" }

  package var arithmetic: [String: String] {
    ["products": "libtorch \(library.version)", "loops": gpu?.name ?? host.arithmetic["loops"] ?? "cpu"]
  }

  package var memoryUse: MemoryStatistics {
    let found = call.pointee.memory(core.device)
    return MemoryStatistics(
      reserved: Int(found.reserved), inUse: Int(found.in_use), peakInUse: Int(found.peak),
      allocations: Int(found.allocations))
  }

  package var failure: DeviceFailure? {
    var isLost = false
    guard let text = call.pointee.failure(core.device, &isLost) else { return nil }
    return DeviceFailure(description: String(cString: text) + ".", isMemoryLost: isLost)
  }

  package func synchronize() { call.pointee.synchronize(core.device) }

  package func endPart() { if timesParts { synchronize() } }

  // How kernels speak to the library.

  var call: UnsafePointer<mvp_torch_table> { library.functions }

  var device: OpaquePointer { core.device }

  func array(_ storage: Storage) -> OpaquePointer {
    guard let own = storage as? TorchStorage else { preconditionFailure("storage of another device") }
    return own.array
  }

  func array(_ storage: Storage?) -> OpaquePointer? { storage.map { array($0) } }

  func target(_ destination: Destination?) -> mvp_torch_target {
    guard let destination else { return mvp_torch_target(array: nil, accumulate: false) }
    return mvp_torch_target(array: array(destination.storage), accumulate: destination.accumulate)
  }

  /// Calls `body` with the values in memory, or without any.
  func withOptional<Value, Result>(_ values: [Value]?, _ body: (UnsafePointer<Value>?) -> Result) -> Result {
    guard let values else { return body(nil) }
    return values.withUnsafeBufferPointer { body($0.baseAddress) }
  }
}

extension TorchDevice {
  /// Asks for what cannot be, for tests of failures: memory that no machine has.
  package func breakOnPurpose() { fill(allocate(.max / 8), 0) }
}
