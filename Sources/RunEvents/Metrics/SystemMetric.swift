/// A number that says what the machine was doing, kept as a curve beside those of the steps.
///
/// Raw values name columns of run stores. A rate is the mean since the sample before; bytes are bytes, `cpu` is a
/// percentage of all cores.
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
    }
  }

  private func difference(_ whole: Int?, _ part: Int?) -> Double? {
    guard let whole, let part else { return nil }
    return Double(whole - part)
  }
}
