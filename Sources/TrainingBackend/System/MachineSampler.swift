import Foundation
import RunEvents

/// Samples the machine without a run, one sample after the other. The step of a sample is its number, from 1.
package struct MachineSampler {
  /// Rates need a while to be rates of something; nobody likes to wait for the first sample.
  package static let firstSeconds = 0.5

  private var sampler: SystemSampler
  private var runs: LiveRuns
  private var number = 0

  /// Begins to count.
  ///
  /// - Parameters:
  ///   - folder: whose file system is watched.
  ///   - sessions: folders of the sessions whose live runs are named.
  package init(folder: URL, sessions: @escaping @Sendable () -> [URL]) {
    sampler = SystemSampler(folder: folder)
    runs = LiveRuns(folders: sessions)
    _ = runs.sample()
  }

  /// What the machine has done since the sample before.
  ///
  /// - Parameter gpuSeconds: how long the first word of GPUs may take.
  package mutating func next(gpuSeconds: Double = 0) -> SystemSample {
    number += 1
    var sample = sampler.sample(step: number, gpuSeconds: gpuSeconds)
    sample.runs = runs.sample()
    return sample
  }

  /// The machine's name on its network.
  package static var machineName: String {
    var name = [CChar](repeating: 0, count: 256)
    guard gethostname(&name, name.count - 1) == 0 else { return "this machine" }
    return String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
