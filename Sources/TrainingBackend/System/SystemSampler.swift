import Foundation
import RunEvents
import Tensors

/// Says what the machine and, where it is a run's, this process are doing. Rates are means since the sample before.
package struct SystemSampler {
  /// The process that trains: what its tensors take.
  package struct Training {
    /// What weights, gradients and moments take by their shapes.
    var plannedBytes: Int
    var device: any ComputeDevice
  }

  /// What is counted since the machine or the process started.
  private struct Counters {
    var at = ContinuousClock.now
    var cores: [ProcFiles.CoreTimes]
    var disk: ProcFiles.Traffic?
    var network: ProcFiles.Traffic?
    var processSeconds: Double?
  }

  private let folder: URL
  private let training: Training?
  private let files: ProcFiles
  private let gpus: GPUWatch
  private var before: Counters

  /// Shorter spans would give rates of a few ticks.
  private static let leastSeconds = 0.01

  /// - Parameters:
  ///   - folder: whose file system is watched.
  ///   - training: nil where this process only looks, and what itself does is of no interest.
  ///   - gpus: asked from now on.
  package init(
    folder: URL, training: Training? = nil, files: ProcFiles = ProcFiles(), gpus: GPUWatch = GPUWatch()
  ) {
    self.folder = folder
    self.training = training
    self.files = files
    self.gpus = gpus
    before = Self.counters(files)
  }

  /// - Parameter gpuSeconds: how long the first word of GPUs may take; what comes later stands in the next sample.
  package mutating func sample(step: Int, gpuSeconds: Double = 0) -> SystemSample {
    let now = Self.counters(files)
    let seconds = Double(before.at.duration(to: now.at) / .seconds(1))
    var sample = SystemSample(step: step, time: Date().timeIntervalSince1970, folder: folder.path)
    if now.cores.count == before.cores.count {
      sample.cores = zip(before.cores, now.cores).map { $1.busyShare(since: $0) }
    }
    func rate(_ before: Double?, _ now: Double?) -> Double? {
      // Counters of a device that was taken away go back.
      guard let before, let now, now >= before, seconds > Self.leastSeconds else { return nil }
      return (now - before) / seconds
    }
    sample.diskReadRate = rate(before.disk?.incoming, now.disk?.incoming)
    sample.diskWriteRate = rate(before.disk?.outgoing, now.disk?.outgoing)
    sample.networkInRate = rate(before.network?.incoming, now.network?.incoming)
    sample.networkOutRate = rate(before.network?.outgoing, now.network?.outgoing)
    let memory = files.byteFields("meminfo")
    sample.memoryBytes = memory["MemTotal"]
    sample.availableBytes = memory["MemAvailable"]
    if let disk = diskSpace(at: folder) {
      sample.diskFreeBytes = Int(disk.free)
      sample.diskBytes = Int(disk.total)
    }
    if let training {
      sample.processCores = rate(before.processSeconds, now.processSeconds)
      addProcess(training, to: &sample)
    }
    let answer = gpus.latest(waiting: gpuSeconds)
    (sample.gpus, sample.gpusProblem) = (answer.gpus, answer.problem)
    before = now
    return sample
  }

  private func addProcess(_ training: Training, to sample: inout SystemSample) {
    let status = files.byteFields("self/status")
    sample.residentBytes = status["VmRSS"]
    sample.peakBytes = status["VmHWM"]
    sample.plannedBytes = training.plannedBytes
    let statistics = training.device.memoryUse
    sample.tensorBytes = statistics.inUse
    sample.peakTensorBytes = statistics.peakInUse
  }

  private static func counters(_ files: ProcFiles) -> Counters {
    Counters(
      cores: files.coreTimes(), disk: files.diskTraffic(), network: files.networkTraffic(),
      processSeconds: processSeconds())
  }

  private static func processSeconds() -> Double? {
    var time = timespec()
    guard clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time) == 0 else { return nil }
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }
}
