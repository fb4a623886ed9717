/// Keys' cubic convolution kernel: the weight of a sample `distance` samples away.
/// - Parameter a: slope at distance 1; -0.5 as in Pillow, -0.75 as in torch without antialiasing.
package func cubicKernel(_ distance: Double, a: Double) -> Double {
  let x = abs(distance)
  if x < 1 { return ((a + 2) * x - (a + 3)) * x * x + 1 }
  if x < 2 { return ((a * x - 5 * a) * x + 8 * a) * x - 4 * a }
  return 0
}
