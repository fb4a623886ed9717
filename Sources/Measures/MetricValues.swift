/// The name of a number, and whether it is a part of the step's time.
public struct MetricKey: Hashable, Sendable {
  public var name: String
  public var isPhase: Bool

  public init(name: String, isPhase: Bool) {
    self.name = name
    self.isPhase = isPhase
  }

  public init(_ metric: Metric) { self.init(name: metric.key, isPhase: metric.phase != nil) }
}

/// What one step measured, by metric.
///
/// The names are shared by all steps of a run: a step costs one array of numbers.
public struct MetricValues: Sendable {
  public private(set) var keys: [MetricKey]
  /// In the order of ``keys``; nil where the step has no such number.
  public private(set) var numbers: [Double?]

  /// No number yet of any of these.
  public init(of metrics: [Metric] = []) {
    keys = metrics.map { MetricKey($0) }
    numbers = Array(repeating: nil, count: metrics.count)
  }

  /// As many numbers as keys.
  public init(keys: [MetricKey], numbers: [Double?]) {
    let count = min(keys.count, numbers.count)
    self.keys = count == keys.count ? keys : Array(keys.prefix(count))
    self.numbers = count == numbers.count ? numbers : Array(numbers.prefix(count))
  }

  /// nil where the step has no such number.
  public subscript(metric: Metric) -> Double? {
    get { value(of: metric.key, near: 0) }
    set {
      if let place = keys.firstIndex(where: { $0.name == metric.key }) {
        numbers[place] = newValue
      } else {
        keys.append(MetricKey(metric))
        numbers.append(newValue)
      }
    }
  }

  public subscript(metric: Metric, default value: Double) -> Double {
    get { self[metric] ?? value }
    set { self[metric] = newValue }
  }

  /// - Parameter place: where the number stands as a rule: there it is found without a search.
  public func value(of key: String, near place: Int) -> Double? {
    if keys.indices.contains(place), keys[place].name == key { return numbers[place] }
    return keys.firstIndex { $0.name == key }.flatMap { numbers[$0] }
  }
}

/// The same numbers in any order; one that is nil is none.
extension MetricValues: Equatable {
  public static func == (left: MetricValues, right: MetricValues) -> Bool {
    if left.keys == right.keys { return left.numbers == right.numbers }
    func count(_ values: MetricValues) -> Int { values.numbers.count { $0 != nil } }
    return count(left) == count(right)
      && zip(left.keys, left.numbers).enumerated().allSatisfy { place, pair in
        pair.1 == nil || pair.1 == right.value(of: pair.0.name, near: place)
      }
  }
}

extension MetricValues: ExpressibleByDictionaryLiteral {
  public typealias Key = Metric
  public typealias Value = Double?

  public init(dictionaryLiteral elements: (Metric, Double?)...) {
    self.init(keys: elements.map { MetricKey($0.0) }, numbers: elements.map(\.1))
  }
}
