import CKernels
import Dispatch
import Recipe
import Synchronization

/// What this machine's arithmetic units reach at best, measured on the spot: the yardstick of "percent of peak".
package struct ArithmeticPeak: Equatable, Sendable {
  /// Cores that were busy at the same time.
  package let threads: Int
  /// Float32 fused multiply-adds, GFLOP/s, a multiply-add counted as two.
  package let float32: Double
  /// bfloat16 dot products, GFLOP/s; nil if the CPU has no such instruction.
  package let bfloat16: Double?

  /// The yardstick of a step in this number format. bfloat16 may be multiplied either way; on some CPUs its dot
  /// products are the slower.
  package func best(for dtype: Precision) -> Double {
    dtype == .bfloat16 ? max(float32, bfloat16 ?? 0) : float32
  }

  /// Keeps `threads` cores busy with nothing but arithmetic in registers.
  /// - Parameter seconds: time for each of the two kinds.
  package static func measure(threads: Int, seconds: Double = 0.2) -> ArithmeticPeak {
    let float32 = total(threads) { mvp_peak_fma(seconds) }
    let bfloat16 = total(threads) { mvp_peak_bf16(seconds) }
    return ArithmeticPeak(
      threads: threads, float32: float32 / 1e9, bfloat16: bfloat16 > 0 ? bfloat16 / 1e9 : nil)
  }

  private static func total(_ threads: Int, _ rate: @escaping @Sendable () -> Double) -> Double {
    let sum = Mutex(0.0)
    DispatchQueue.concurrentPerform(iterations: threads) { _ in
      let mine = rate()
      sum.withLock { $0 += mine }
    }
    return sum.withLock { $0 }
  }
}
