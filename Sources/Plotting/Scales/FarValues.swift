/// A range for a linear scale that single values far off do not flatten: where they would take more than two thirds of
/// it, it holds all but the outermost hundredth.
/// - Parameters:
///   - samples: values of the range, enough of them to tell which lie far off.
///   - kept: values that stay inside in any case.
func withoutFarValues(
  _ whole: ClosedRange<Double>, samples: [Double], keeping kept: [Double] = []
) -> ClosedRange<Double> {
  guard samples.count >= 64 else { return whole }
  let sorted = samples.sorted()
  let cut = sorted.count / 100
  let low = min(sorted[cut], kept.min() ?? sorted[cut])
  let high = max(sorted[sorted.count - 1 - cut], kept.max() ?? sorted[cut])
  return whole.upperBound - whole.lowerBound > 3 * (high - low) && high > low ? low...high : whole
}
