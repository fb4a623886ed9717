/// What a horizontal axis counts.
public enum TimeAxis: String, CaseIterable, Codable, Equatable, Sendable {
  case step
  /// Passes over the training data.
  case epoch
  /// Seconds of training, pauses left out.
  case relative
  /// Seconds since 1970.
  case wall
}

/// When each step of a run was made: epoch, seconds of training and time of day as functions of the step, in constant
/// memory. Between the steps that are kept, values are interpolated.
public struct StepClock: Equatable, Sendable {
  public struct Mark: Equatable, Sendable {
    public var step: Double
    public var epoch: Double
    /// Seconds of training.
    public var elapsed: Double
    /// Seconds since 1970; NaN if that is not known.
    public var time: Double

    public init(step: Double, epoch: Double, elapsed: Double, time: Double) {
      self.step = step
      self.epoch = epoch
      self.elapsed = elapsed
      self.time = time
    }

    subscript(axis: TimeAxis) -> Double {
      switch axis {
      case .step: step
      case .epoch: epoch
      case .relative: elapsed
      case .wall: time
      }
    }

    public static func == (left: Mark, right: Mark) -> Bool {
      left.step == right.step && left.epoch == right.epoch && left.elapsed == right.elapsed
        && (left.time == right.time || left.time.isNaN && right.time.isNaN)
    }
  }

  static let capacity = 1024

  /// Ascending steps; the last one is the newest step.
  public internal(set) var marks: [Mark] = []
  var stride = 1
  var sinceKept = 0

  public init() {}

  public var last: Mark? { marks.last }

  /// Adds a step; steps that do not come after the last one are left out.
  public mutating func append(_ mark: Mark) {
    guard mark.step.isFinite, mark.step > marks.last?.step ?? -.infinity else { return }
    if marks.count > 1, sinceKept + 1 < stride {
      // The last mark moves along until it is far enough from the one before it.
      marks[marks.count - 1] = mark
      sinceKept += 1
      return
    }
    marks.append(mark)
    sinceKept = 0
    guard marks.count > Self.capacity else { return }
    stride *= 2
    marks = marks.enumerated().filter { $0.offset.isMultiple(of: 2) || $0.offset == marks.count - 1 }.map(\.element)
  }

  public mutating func removeMarks(after step: Double) {
    marks.removeAll { $0.step > step }
  }

  /// A step on an axis, extrapolated beyond the ends; nil if nothing is known.
  public func value(of axis: TimeAxis, at step: Double) -> Double? {
    axis == .step ? step : interpolated(step, from: .step, to: axis)
  }

  /// The step, fractional, at a place on an axis.
  public func step(at value: Double, of axis: TimeAxis) -> Double? {
    axis == .step ? value : interpolated(value, from: axis, to: .step)
  }

  private func interpolated(_ x: Double, from: TimeAxis, to: TimeAxis) -> Double? {
    guard let first = marks.first, let last = marks.last, x.isFinite else { return nil }
    if marks.count == 1 {
      // All that is known is that the run began at 0, by any axis but the clock.
      guard from != .wall, to != .wall, first[from] > 0 else { return finite(first[to]) }
      return finite(x * first[to] / first[from])
    }
    var low = 0
    var high = marks.count - 1
    while high - low > 1 {
      let middle = (low + high) / 2
      if marks[middle][from] <= x { low = middle } else { high = middle }
    }
    let (left, right) = (marks[low], marks[high])
    let span = right[from] - left[from]
    guard span > 0 else { return finite(last[to]) }
    return finite(left[to] + (x - left[from]) / span * (right[to] - left[to]))
  }

  private func finite(_ value: Double) -> Double? { value.isFinite ? value : nil }
}

extension StepClock {
  /// Converts ascending steps one after the other, quicker than one by one.
  public struct Conversion {
    private let marks: [Mark]
    private let axis: TimeAxis
    private var low = 0

    public init(_ clock: StepClock, to axis: TimeAxis) {
      marks = clock.marks
      self.axis = axis
    }

    /// NaN if nothing is known.
    public mutating func value(at step: Double) -> Double {
      if axis == .step { return step }
      guard marks.count > 1 else { return marks.first.map { step == $0.step ? $0[axis] : .nan } ?? .nan }
      if step < marks[low].step { low = 0 }
      while low + 2 < marks.count, marks[low + 1].step <= step { low += 1 }
      let (left, right) = (marks[low], marks[low + 1])
      return left[axis] + (step - left.step) / (right.step - left.step) * (right[axis] - left[axis])
    }
  }
}
