import Foundation

/// The least of 1, 1.5, 2, 3, 4, 6, 8 times a power of ten above a span.
func roomy(_ span: Double) -> Double {
  let span = max(span, 1)
  let power = pow(10, log10(span).rounded(.down))
  return [1, 1.5, 2, 3, 4, 6, 8, 10].map { $0 * power }.first { $0 > span } ?? 10 * power
}
