import Foundation
import Tensors

/// What `mvp bench --peak` measures: the arithmetic of one core, and of all that are asked for together.
package enum PeakBenchmark {
  package struct Result: Codable, Equatable, Sendable {
    package var rows: [Row]
    package var cpu: String
    package var features: String
  }

  /// GFLOP/s of so many busy cores.
  package struct Row: Codable, Equatable, Sendable {
    package var threads: Int
    package var float32: Double
    package var bfloat16: Double?

    enum CodingKeys: String, CodingKey {
      case threads
      case float32 = "fp32_gflops"
      case bfloat16 = "bf16_gflops"
    }
  }

  /// - Parameter threads: nil: 1, 2, 4, ... and all cores.
  package static func run(threads: Int?) -> Result {
    let cores = CPUDevice().threads
    var counts = threads.map { [$0] } ?? Array(sequence(first: 1) { $0 * 2 < cores ? $0 * 2 : nil })
    if threads == nil, cores > 1 { counts.append(cores) }
    let machine = MachineReport()
    return Result(
      rows: counts.map { count in
        let peak = ArithmeticPeak.measure(threads: count, seconds: 0.5)
        return Row(threads: count, float32: peak.float32, bfloat16: peak.bfloat16)
      }, cpu: machine.cpu, features: machine.cpuFeatures)
  }
}
