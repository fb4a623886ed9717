import Foundation
import RunEvents
import Tensors

/// Reads what the machine is doing from `/proc`. What cannot be read stays nil.
struct SystemSampler {
  private let folder: URL
  private let plannedBytes: Int
  private let device: any ComputeDevice
  private var cores: [CoreTimes]
  private var process: (seconds: Double, at: ContinuousClock.Instant)?

  /// - Parameters:
  ///   - folder: whose file system is watched.
  ///   - plannedBytes: what weights, gradients and moments take by their shapes.
  init(folder: URL, plannedBytes: Int, device: any ComputeDevice) {
    self.folder = folder
    self.plannedBytes = plannedBytes
    self.device = device
    cores = Self.coreTimes()
    process = Self.processSeconds().map { ($0, .now) }
  }

  mutating func sample(step: Int) -> SystemSample {
    var sample = SystemSample(step: step, plannedBytes: plannedBytes, folder: folder.path)
    let newCores = Self.coreTimes()
    if newCores.count == cores.count {
      sample.cores = zip(cores, newCores).map { before, now in now.busyShare(since: before) }
    }
    cores = newCores
    if let before = process, let seconds = Self.processSeconds() {
      let wall = Double(before.at.duration(to: .now) / .seconds(1))
      if wall > 0.01 { sample.processCores = max(0, seconds - before.seconds) / wall }
      process = (seconds, .now)
    }
    let status = Self.fields("/proc/self/status")
    sample.residentBytes = status["VmRSS"]
    sample.peakBytes = status["VmHWM"]
    let memory = Self.fields("/proc/meminfo")
    sample.memoryBytes = memory["MemTotal"]
    sample.availableBytes = memory["MemAvailable"]
    if let cpu = device as? CPUDevice {
      let statistics = cpu.pool.statistics
      sample.tensorBytes = statistics.inUse
      sample.peakTensorBytes = statistics.peakInUse
    }
    if let disk = diskSpace(at: folder) {
      sample.diskFreeBytes = Int(disk.free)
      sample.diskBytes = Int(disk.total)
    }
    return sample
  }

  /// Ticks of a core since the machine started.
  private struct CoreTimes {
    var busy: Double
    var total: Double

    func busyShare(since before: CoreTimes) -> Double {
      let passed = total - before.total
      return passed > 0 ? min(1, max(0, (busy - before.busy) / passed)) : 0
    }
  }

  /// The lines `cpu0 ...` of `/proc/stat`: user, nice, system, idle, iowait, irq, softirq, steal.
  private static func coreTimes() -> [CoreTimes] {
    guard let text = try? String(contentsOfFile: "/proc/stat", encoding: .utf8) else { return [] }
    return text.split(separator: "\n").compactMap { line in
      guard line.hasPrefix("cpu"), !line.hasPrefix("cpu ") else { return nil }
      let ticks = line.split(separator: " ").dropFirst().prefix(8).compactMap { Double($0) }
      guard ticks.count >= 5 else { return nil }
      let total = ticks.reduce(0, +)
      return CoreTimes(busy: total - ticks[3] - ticks[4], total: total)
    }
  }

  private static func processSeconds() -> Double? {
    var time = timespec()
    guard clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time) == 0 else { return nil }
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }

  /// `Name:  123 kB` lines as bytes.
  private static func fields(_ path: String) -> [String: Int] {
    guard let text = try? String(contentsOfFile: path, encoding: .utf8) else { return [:] }
    var fields: [String: Int] = [:]
    for line in text.split(separator: "\n") {
      let parts = line.split(whereSeparator: { $0 == ":" || $0 == " " || $0 == "\t" })
      guard parts.count >= 3, parts[2] == "kB", let value = Int(parts[1]) else { continue }
      fields[String(parts[0])] = value * 1024
    }
    return fields
  }
}
