import Foundation
import Recipe
import Tensors

/// What a device's matrix products reach at best: the yardsticks of a step.
extension ComputeDevice {
  /// GFLOP/s, measured on the spot; of the CPU what its arithmetic units reach in registers, of a GPU what large
  /// products reach.
  func productPeak(for dtype: Precision) -> Double {
    isGPU ? LargeProducts.rate(on: self, dtype) : ArithmeticPeak.measure(threads: threads).best(for: dtype)
  }

  /// GFLOP/s that are taken for its peak in dense products of this number format; nil: not known. See ``GPUPeak``.
  func namedPeak(for dtype: Precision) -> Double? {
    guard dtype == .bfloat16, let gpu = (self as? TorchDevice)?.gpu else { return nil }
    return GPUPeak.bfloat16(of: gpu.name).map { $0 * 1000 }
  }

  var isGPU: Bool { (self as? TorchDevice)?.gpu != nil }

  /// The memory that a run has for its tensors, and whose it is.
  var capacity: (bytes: Int, holder: String) {
    if let gpu = (self as? TorchDevice)?.gpu { return (gpu.totalBytes, "the GPU") }
    return (Int(clamping: ProcessInfo.processInfo.physicalMemory), "this machine")
  }
}

/// Products of a block of a large ViT: [rows, width] by [width, width].
private enum LargeProducts {
  private static let (rows, width, times) = (16_384, 4_096, 20)

  /// GFLOP/s.
  static func rate(on device: any ComputeDevice, _ dtype: Precision) -> Double {
    var generator = Philox(seed: 0, purpose: .other)
    // Drawn once and repeated: a GPU is slower on numbers that differ than on constant ones.
    let some = (0..<1 << 16).map { _ in generator.uniform() - 0.5 }
    func tensor(_ shape: [Int]) -> Tensor {
      Tensor((0..<shape[0] * shape[1]).map { some[$0 & 0xFFFF] }, shape: shape, device: device)
    }
    let weight = tensor([width, width])
    weight.isConstant = true
    let input = tensor([rows, width]).converted(to: dtype)
    func seconds() -> Double {
      let start = ContinuousClock.now
      for _ in 0..<times { _ = linear(input, weight: weight, precision: dtype) }
      device.synchronize()
      return start.duration(to: .now) / .seconds(1)
    }
    return withoutHistory {
      _ = seconds()
      let best = (0..<3).map { _ in seconds() }.min() ?? .infinity
      return 2 * Double(rows) * Double(width) * Double(width) * Double(times) / best / 1e9
    }
  }
}

/// What GPUs are said to reach: the yardstick of "MFU", which papers quote.
package enum GPUPeak {
  /// Dense products of bfloat16 summed in float32, TFLOP/s, by words of the name that the driver gives; more words
  /// stand first. Figures that NVIDIA gives, half of those "with sparsity", as they are commonly quoted: they were not
  /// held against its data sheets.
  private static let known: [(words: String, teraflops: Double)] = [
    ("B200", 2250), ("GH200", 989.4), ("H200 NVL", 835.5), ("H200", 989.4), ("H100 PCIe", 756), ("H100 NVL", 835.5),
    ("H100", 989.4), ("A100", 312), ("A40", 149.7), ("A30", 165), ("A10", 125), ("L40S", 362.1), ("L40", 181),
    ("L4", 121), ("RTX 4090", 165.2), ("RTX 3090", 71),
  ]

  /// nil: it is not known.
  package static func bfloat16(of name: String) -> Double? {
    func spaced(_ text: String) -> String { " " + text.replacingOccurrences(of: "-", with: " ") + " " }
    return known.first { spaced(name).contains(spaced($0.words)) }?.teraflops
  }
}
