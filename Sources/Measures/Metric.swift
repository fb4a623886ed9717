/// A number that every step measures and that is kept as a curve: all that stores, lines and screens know of it.
///
/// One value is made where the number is measured. A task hands its list to the run, the run tells it
/// (`RunDescription.metrics`), and whoever stores, writes or draws the number goes by that.
public struct Metric: Codable, Hashable, Sendable {
  /// Name in JSON lines and stores: `grad_norm`. It never changes; everything else may.
  public var key: String
  /// On screens and in lines: `cos masked`.
  public var name: String
  /// Where columns are few, in at most nine characters: `cos mask`.
  public var shortName: String
  /// Where runs are compared: `cosine masked`.
  public var longName: String
  /// What the labels of an axis count: `img/s`, `s`; empty if it has no unit.
  public var unit: String
  public var format: NumberFormat
  /// Decimals where runs are compared.
  public var decimals: Int
  /// Which of two values is the better one; nil if that cannot be said.
  public var better: Better?
  /// Whether it has noise that smoothing takes away; a schedule has none.
  public var isSmoothed: Bool
  /// Whether a step may lack it. A pane without a value is then left out.
  public var isOptional: Bool
  public var kind: Kind
  /// nil if it is no part of the time of a step.
  public var phase: Phase?
  public var ranks: Ranks

  public enum Better: String, Codable, Hashable, Sendable { case less, more }

  /// What a screen does with it beside its curve.
  public enum Kind: String, Codable, Hashable, Sendable {
    /// A line of the dashboard's table.
    case plain
    /// What training lowers: it has a pane of the dashboard.
    case loss
    /// Work per second: tables show it smoothed, its small curve begins at 0, and it stands before its unit.
    case rate
    /// Seconds of the whole step: tables show it smoothed, beside its phases.
    case stepTime = "step_time"
  }

  /// A part of the step's time, in seconds. Its key ends with ``keySuffix``; JSON lines have it under `phases`, by its
  /// key without that.
  public struct Phase: Codable, Hashable, Sendable {
    public static let keySuffix = "_seconds"

    /// Marks it in the bar of a step, so that no colour is needed.
    public var letter: String
    public var name: String
    /// What happens in it, in some words.
    public var help: String
    /// 1 to 4: the colour of a series; 0 says that the time is lost.
    public var color: Int

    public init(letter: String, name: String, help: String, color: Int) {
      self.letter = letter
      self.name = name
      self.help = help
      self.color = color
    }
  }

  /// Its place among the metrics of a run, the least first; nil: it is not there.
  public struct Ranks: Codable, Hashable, Sendable {
    public var curves: Int?
    /// In the table of the dashboard.
    public var dashboard: Int?
    /// In plain lines and in the one line of a small dashboard.
    public var line: Int?
    public var comparison: Int?

    /// As a number has them that a task measures beside what every step has: after the usual ones.
    public init(curves: Int? = 65, dashboard: Int? = 60, line: Int? = nil, comparison: Int? = 35) {
      self.curves = curves
      self.dashboard = dashboard
      self.line = line
      self.comparison = comparison
    }
  }

  /// Ends the key of a metric that says what a constant prediction would score, after the key of the metric that it is
  /// held beside: `cosine_cls_constant`.
  public static let constantSuffix = "_constant"

  enum CodingKeys: String, CodingKey {
    case key, name, unit, format, decimals, better, kind, phase, ranks
    case shortName = "short_name"
    case longName = "long_name"
    case isSmoothed = "smoothed"
    case isOptional = "optional"
  }

  /// - Parameters:
  ///   - shortName, longName: the name if nil.
  public init(
    key: String, name: String, shortName: String? = nil, longName: String? = nil, unit: String = "",
    format: NumberFormat = .magnitude(3), decimals: Int = 4, better: Better? = nil, isSmoothed: Bool = true,
    isOptional: Bool = false, kind: Kind = .plain, phase: Phase? = nil, ranks: Ranks = Ranks()
  ) {
    self.key = key
    self.name = name
    self.shortName = shortName ?? name
    self.longName = longName ?? name
    self.unit = unit
    self.format = format
    self.decimals = decimals
    self.better = better
    self.isSmoothed = isSmoothed
    self.isOptional = isOptional
    self.kind = kind
    self.phase = phase
    self.ranks = ranks
  }

  /// Seconds of a phase; less is better.
  ///
  /// - Parameters:
  ///   - name: on screens, before `time`.
  ///   - rank: its place among the phases, from 0 on.
  public init(key: String, name: String, rank: Int, phase: Phase) {
    self.init(
      key: key, name: name + " time", unit: "s", format: .seconds, better: .less, phase: phase,
      ranks: Ranks(curves: 90 + rank, dashboard: nil, comparison: nil))
  }
}

extension Sequence<Metric> {
  /// Those that have a rank, by it; metrics of one rank stay in their order.
  public func ranked(by rank: KeyPath<Metric.Ranks, Int?>) -> [Metric] {
    compactMap { metric in metric.ranks[keyPath: rank].map { (rank: $0, metric: metric) } }.enumerated()
      .sorted { ($0.element.rank, $0.offset) < ($1.element.rank, $1.offset) }.map(\.element.metric)
  }

  /// Those of another list that are not here by key go to the end.
  public func adding(_ others: some Sequence<Metric>) -> [Metric] {
    var all = Array(self)
    for metric in others where !all.contains(where: { $0.key == metric.key }) { all.append(metric) }
    return all
  }
}
