import Histories

/// What is added to values under a logarithmic axis: nothing where there are some above 0, 1 to a loss that is a
/// negative cosine, as its distance to -1; nil if there is no value that could be shown on one.
func logarithmicOffset(of all: [Series], isLoss: Bool) -> Double? {
  var least = Double.infinity
  var greatest = -Double.infinity
  for bucket in all.flatMap(\.coarse) where bucket.finiteCount > 0 {
    least = min(least, bucket.minimum)
    greatest = max(greatest, bucket.maximum)
  }
  if isLoss, least <= 0 { return least > -1 ? 1 : nil }
  return greatest > 0 ? 0 : nil
}
