/// Seconds since it was started or last read.
package struct Stopwatch {
  private var last = ContinuousClock.now

  package init() {}

  /// Seconds since the last reading; starts anew.
  package mutating func lap() -> Double {
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
