/// Seconds since it was started or last read.
struct Stopwatch {
  private var last = ContinuousClock.now

  /// Seconds since the last reading; starts anew.
  mutating func lap() -> Double {
    let now = ContinuousClock.now
    defer { last = now }
    return (now - last).seconds
  }
}

extension Duration {
  var seconds: Double {
    let (seconds, attoseconds) = components
    return Double(seconds) + Double(attoseconds) * 1e-18
  }
}
