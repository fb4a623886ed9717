/// A number that says what the machine was doing, kept as a curve beside those of the steps.
///
/// Raw values name columns of run stores. A rate is the mean since the sample before; bytes are bytes, `cpu` and `gpu`
/// are percentages of all cores and of all devices. Memory and power of GPUs are sums, their temperature is that of the
/// hottest.
package enum SystemMetric: String, CaseIterable, Codable, Sendable {
  case cpu
  case processCores = "process_cores"
  case processMemory = "process_memory"
  case tensorMemory = "tensor_memory"
  case machineMemory = "machine_memory"
  case diskUsed = "disk_used"
  case diskFree = "disk_free"
  case diskRead = "disk_read"
  case diskWrite = "disk_write"
  case networkIn = "network_in"
  case networkOut = "network_out"
  case gpu
  case gpuMemory = "gpu_memory"
  case gpuPower = "gpu_power"
  case gpuTemperature = "gpu_temperature"

  /// Place in `allCases`.
  package var index: Int { Self.places[self] ?? 0 }

  private static let places = Dictionary(
    uniqueKeysWithValues: allCases.enumerated().map { ($0.element, $0.offset) })

  /// nil if the machine does not tell: it is left out, never shown as zero.
  package func value(in sample: SystemSample) -> Double? {
    switch self {
    case .cpu:
      sample.cores.isEmpty ? nil : 100 * sample.cores.reduce(0, +) / Double(sample.cores.count)
    case .processCores: sample.processCores
    case .processMemory: sample.residentBytes.map(Double.init)
    case .tensorMemory: sample.tensorBytes.map(Double.init)
    case .machineMemory: difference(sample.memoryBytes, sample.availableBytes)
    case .diskUsed: difference(sample.diskBytes, sample.diskFreeBytes)
    case .diskFree: sample.diskFreeBytes.map(Double.init)
    case .diskRead: sample.diskReadRate
    case .diskWrite: sample.diskWriteRate
    case .networkIn: sample.networkInRate
    case .networkOut: sample.networkOutRate
    case .gpu: gpus(sample, \.utilisation).map { 100 * $0.reduce(0, +) / Double($0.count) }
    case .gpuMemory: gpus(sample) { $0.usedBytes.map(Double.init) }?.reduce(0, +)
    case .gpuPower: gpus(sample, \.watts)?.reduce(0, +)
    case .gpuTemperature: gpus(sample, \.celsius)?.max()
    }
  }

  /// A number of every GPU; nil where one of them does not tell it, as a sum without it would be wrong.
  private func gpus(_ sample: SystemSample, _ number: (GPUSample) -> Double?) -> [Double]? {
    guard let gpus = sample.gpus, !gpus.isEmpty else { return nil }
    let numbers = gpus.compactMap(number)
    return numbers.count == gpus.count ? numbers : nil
  }

  private func difference(_ whole: Int?, _ part: Int?) -> Double? {
    guard let whole, let part else { return nil }
    return Double(whole - part)
  }
}
