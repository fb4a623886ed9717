/// Limited-memory BFGS with a backtracking line search, for smooth convex functions of a few hundred thousand
/// variables.
///
/// It advances by one evaluation of the function at a time, so a caller decides how much work a slice holds; the
/// sequence of evaluations, and so the result, is the same however it is sliced. Source: Nocedal and Wright, "Numerical
/// Optimization", algorithms 7.4 and 3.1.
package struct LBFGS {
  /// Pairs of steps and gradient differences that are remembered.
  private static let memory = 10
  /// Share of the promised decrease that a step must bring.
  private static let sufficientDecrease = 1e-4
  private static let longestBacktracking = 30

  /// The point whose value and gradient are wanted next.
  package private(set) var candidate: [Double]
  /// The best point so far.
  package private(set) var point: [Double]
  package private(set) var value = Double.infinity
  package private(set) var iterations = 0
  package private(set) var isDone = false

  private let gradientTolerance: Double
  private let maximumIterations: Int
  private var gradient: [Double] = []
  private var direction: [Double] = []
  private var slope = 0.0
  private var stepLength = 1.0
  private var backtracking = 0
  private var steps: [[Double]] = []
  private var differences: [[Double]] = []

  /// - Parameter gradientTolerance: the search ends where no component of the gradient is larger.
  package init(start: [Double], gradientTolerance: Double, maximumIterations: Int) {
    candidate = start
    point = start
    self.gradientTolerance = gradientTolerance
    self.maximumIterations = maximumIterations
  }

  /// Takes in the function's value and gradient at ``candidate`` and chooses the next candidate.
  package mutating func report(value newValue: Double, gradient newGradient: [Double]) {
    guard !isDone else { return }
    let isFirst = gradient.isEmpty
    let bound = value + Self.sufficientDecrease * stepLength * slope
    guard isFirst || (newValue.isFinite && newValue <= bound) else {
      backtracking += 1
      // float32 noise can hide the last decreases; the point is then as good as it gets.
      if backtracking > Self.longestBacktracking { isDone = true }
      stepLength *= 0.5
      propose()
      return
    }
    guard newValue.isFinite else {
      isDone = true
      return
    }
    if !isFirst {
      remember(step: subtract(candidate, point), difference: subtract(newGradient, gradient))
      iterations += 1
    }
    point = candidate
    value = newValue
    gradient = newGradient
    let largest = gradient.reduce(0) { max($0, abs($1)) }
    if largest <= gradientTolerance || iterations >= maximumIterations {
      isDone = true
      return
    }
    direction = descentDirection()
    slope = dot(direction, gradient)
    if slope >= 0 {
      steps = []
      differences = []
      direction = gradient.map { -$0 }
      slope = dot(direction, gradient)
    }
    backtracking = 0
    stepLength = steps.isEmpty ? min(1, 1 / max(-slope, 1e-30).squareRoot()) : 1
    propose()
  }

  private mutating func propose() {
    for index in point.indices { candidate[index] = point[index] + stepLength * direction[index] }
  }

  private mutating func remember(step: [Double], difference: [Double]) {
    // Keeps the approximate Hessian positive definite.
    guard dot(step, difference) > 1e-12 * dot(difference, difference) else { return }
    steps.append(step)
    differences.append(difference)
    if steps.count > Self.memory {
      steps.removeFirst()
      differences.removeFirst()
    }
  }

  /// The two-loop recursion.
  private func descentDirection() -> [Double] {
    var result = gradient.map { -$0 }
    var factors = [Double](repeating: 0, count: steps.count)
    for index in steps.indices.reversed() {
      factors[index] = dot(steps[index], result) / dot(steps[index], differences[index])
      axpy(-factors[index], differences[index], into: &result)
    }
    if let step = steps.last, let difference = differences.last {
      let scale = dot(step, difference) / dot(difference, difference)
      for index in result.indices { result[index] *= scale }
    }
    for index in steps.indices {
      let factor = dot(differences[index], result) / dot(steps[index], differences[index])
      axpy(factors[index] - factor, steps[index], into: &result)
    }
    return result
  }
}

private func dot(_ a: [Double], _ b: [Double]) -> Double {
  var sum = 0.0
  for index in a.indices { sum += a[index] * b[index] }
  return sum
}

private func subtract(_ a: [Double], _ b: [Double]) -> [Double] {
  var result = a
  for index in a.indices { result[index] -= b[index] }
  return result
}

private func axpy(_ factor: Double, _ x: [Double], into y: inout [Double]) {
  for index in y.indices { y[index] += factor * x[index] }
}
