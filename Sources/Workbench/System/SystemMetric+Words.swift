import Histories
import Plotting
import RunEvents

extension SystemMetric {
  /// What the metric is called on the screen and in lines.
  package var title: String {
    switch self {
    case .cpu: "cpu"
    case .processCores: "process cores"
    case .processMemory: "process memory"
    case .tensorMemory: "tensor memory"
    case .machineMemory: "machine memory"
    case .diskUsed: "disk used"
    case .diskFree: "disk free"
    case .diskRead: "disk read"
    case .diskWrite: "disk write"
    case .networkIn: "network in"
    case .networkOut: "network out"
    case .gpu: "gpu"
    case .gpuMemory: "gpu memory"
    case .gpuPower: "gpu power"
    case .gpuTemperature: "gpu temperature"
    }
  }

  /// What the labels of an axis count.
  var axisUnit: String {
    switch self {
    case .cpu, .gpu: "%"
    case .processCores: "cores"
    case .processMemory, .tensorMemory, .machineMemory, .diskUsed, .diskFree, .gpuMemory: "B"
    case .gpuPower: "W"
    case .gpuTemperature: "C"
    case .diskRead, .diskWrite, .networkIn, .networkOut: "B/s"
    }
  }

  /// What an axis shows in any case, so that a machine at rest looks like one. A disk is so large that its changes
  /// would be lost.
  var alwaysShown: ClosedRange<Double>? {
    switch self {
    case .cpu, .gpu: 0...100
    case .processCores: 0...1
    case .processMemory, .tensorMemory, .machineMemory, .gpuMemory: 0...1e6
    case .gpuPower, .gpuTemperature: 0...50
    case .diskUsed, .diskFree: nil
    case .diskRead, .diskWrite, .networkIn, .networkOut: 0...1e3
    }
  }

  /// A value with its unit, in at most eight characters.
  package func words(_ value: Double) -> String {
    guard value.isFinite else { return fixedText(value, decimals: 0) }
    switch self {
    case .cpu, .gpu: return fixedText(value, decimals: 0) + "%"
    case .processCores: return fixedText(value, decimals: 2)
    case .processMemory, .tensorMemory, .machineMemory, .diskUsed, .diskFree, .gpuMemory: return byteText(value)
    case .gpuPower: return fixedText(value, decimals: 0) + " W"
    case .gpuTemperature: return fixedText(value, decimals: 0) + " C"
    case .diskRead, .diskWrite, .networkIn, .networkOut: return byteRateText(value)
    }
  }

  private func byteText(_ value: Double) -> String { bytesText(Int(min(max(0, value), 1e18))) }
}

/// `12.4MB/s`, `980kB/s`: a rate in at most eight characters.
func byteRateText(_ value: Double) -> String {
  guard value.isFinite else { return "-" }
  return bytesText(Int(min(max(0, value), 1e18).rounded())).replacing(" ", with: "") + "/s"
}
