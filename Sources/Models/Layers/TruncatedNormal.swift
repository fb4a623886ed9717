import Dispatch
import Foundation
import Tensors

/// erf(1/√2): the share of a normal distribution within one standard deviation.
private let shareWithinOne: Float = 0.682_689_49

/// Draws from a normal distribution cut at one standard deviation either side, by inverting its distribution function
/// as `torch.nn.init.trunc_normal_` does: x = σ √2 erf⁻¹(u), u uniform in ±erf(1/√2).
func truncatedNormal(standardDeviation: Float, using generator: inout Philox) -> Float {
  let value = Float(2).squareRoot() * inverseErrorFunction(generator.uniform(-shareWithinOne, shareWithinOne))
  return standardDeviation * min(max(value, -1), 1)
}

func truncatedNormals(_ count: Int, standardDeviation: Float, using generator: inout Philox) -> [Float] {
  (0..<count).map { _ in truncatedNormal(standardDeviation: standardDeviation, using: &generator) }
}

/// Many draws for the parameter named by `stream`, on all cores: every block of them has a substream of its own.
func truncatedNormals(_ count: Int, standardDeviation: Float, seed: UInt64, stream: UInt64) -> [Float] {
  let block = 1 << 16
  return [Float](unsafeUninitializedCapacity: count) { buffer, filled in
    nonisolated(unsafe) let values = buffer
    DispatchQueue.concurrentPerform(iterations: (count + block - 1) / block) { index in
      var generator = Philox(seed: seed, purpose: .initialization, stream: stream, substream: UInt32(index))
      for i in index * block..<min((index + 1) * block, count) {
        values[i] = truncatedNormal(standardDeviation: standardDeviation, using: &generator)
      }
    }
    filled = count
  }
}

/// erf⁻¹(x) for |x| < 0.7, good to single precision: the central branch of Giles, "Approximating the erfinv function"
/// (GPU Computing Gems, 2011).
func inverseErrorFunction(_ x: Float) -> Float {
  let w = -log((1 - x) * (1 + x)) - 2.5
  var p: Float = 2.810_226_36e-08
  for coefficient: Float in [
    3.432_739_39e-07, -3.523_387_7e-06, -4.391_506_54e-06, 0.000_218_580_87, -0.001_253_725_03, -0.004_177_681_64,
    0.246_640_727, 1.501_409_41,
  ] {
    p = coefficient + p * w
  }
  return p * x
}
