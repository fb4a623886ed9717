import Foundation

extension Axis {
  /// An axis for a plot of so many rows of cells: each tick lies in the middle of a row, and equal steps are equally
  /// many rows apart, so that a label stands exactly where its value is.
  ///
  /// - Parameters:
  ///   - values: what has to be shown; widened where it is empty or not positive under a logarithmic scale.
  ///   - dots: of a row, one above the other.
  public init(
    showing values: ClosedRange<Double>, scale: AxisScale, rows: Int, dots: Int, labels: AxisLabels = .numbers
  ) {
    let values = scale == .linear ? Self.widened(values) : Self.positive(values)
    let fit =
      rows < Self.fewestRows
      ? nil
      : scale == .linear
        ? Self.linearRows(values, rows: rows, dots: dots, labels)
        : Self.logarithmicRows(values, rows: rows, dots: dots, labels)
    guard let fit else {
      self.init(showing: values, scale: scale, tickCount: rows / 2, labels: labels)
      return
    }
    self = fit
  }

  /// Below this, ticks stand on the ends of the axis.
  private static let fewestRows = 3
  private static let mostTicks = 8

  /// Rows as multiples of a value, in the units of the scale: of the value itself, or of its decimal logarithm.
  private struct Rows {
    let height: Double
    /// Multiple of the lowest row.
    let first: Int
    /// Ends of the axis, in rows from 0.
    let ends: ClosedRange<Double>

    /// nil where so many rows do not hold the values, which lie on a row's middle dot or half a dot off the ends at
    /// most.
    init?(_ values: ClosedRange<Double>, height: Double, rows: Int, dots: Int) {
      let (low, high) = (values.lowerBound / height, values.upperBound / height)
      guard height > 0, abs(low) < 1e9, abs(high) < 1e9 else { return nil }
      // The dot of a row that ticks lie on, from the top.
      let middle = dots / 2
      let (above, below) = (Double(middle) / Double(dots), Double(dots - 1 - middle) / Double(dots))
      let tolerance = 0.45 / Double(dots)
      self.height = height
      first = Int((low + below + tolerance).rounded(.down))
      ends = (Double(first) - below)...(Double(first + rows - 1) + above)
      guard high <= ends.upperBound + tolerance else { return nil }
    }
  }

  private static func linearRows(
    _ values: ClosedRange<Double>, rows: Int, dots: Int, _ labels: AxisLabels
  ) -> Axis? {
    let span = values.upperBound - values.lowerBound
    let least = span / (Double(rows) + 1)
    let between = (rows < 4 ? 1 : max(2, (rows + mostTicks - 1) / mostTicks))
    var best: (rows: Rows, step: Double, between: Int, cost: Double)?
    var power = pow(10, log10(least).rounded(.down))
    // With a step of 1, 2 or 5 times a power of ten there is one that fits, two decades on at the latest.
    for _ in 0..<4 {
      for step in [power, 2 * power, 5 * power] {
        for between in between...max(between, rows / 2) {
          let height = step / Double(between)
          guard height >= least, height < best?.cost ?? .infinity,
            let fit = Rows(values, height: height, rows: rows, dots: dots),
            case let ticks = multiples(of: between, from: fit.first, rows: rows).count, ticks > 1
          else { continue }
          // A third label is worth some of the height.
          let cost = ticks > 2 ? height : height * 1.3
          if cost < best?.cost ?? .infinity { best = (fit, step, between, cost) }
        }
      }
      power *= 10
    }
    guard let best else { return nil }
    let ticks = multiples(of: best.between, from: best.rows.first, rows: rows).map { Double($0) * best.step }
    return Axis(
      from: best.rows.ends.lowerBound * best.rows.height, to: best.rows.ends.upperBound * best.rows.height,
      scale: .linear, ticks: Self.ticks(ticks, step: best.step, labels))
  }

  /// Which multiples of a count of rows lie on rows.
  private static func multiples(of count: Int, from first: Int, rows: Int) -> ClosedRange<Int> {
    let low = Int((Double(first) / Double(count)).rounded(.up))
    let high = Int((Double(first + rows - 1) / Double(count)).rounded(.down))
    return low...max(low, high)
  }

  /// Powers of ten, and 2 and 5 between them where these lie on rows too.
  private static func logarithmicRows(
    _ values: ClosedRange<Double>, rows: Int, dots: Int, _ labels: AxisLabels
  ) -> Axis? {
    let logarithms = log10(values.lowerBound)...log10(values.upperBound)
    var best: (rows: Rows, ticks: [Double])?
    func offer(decades: Int, between: Int, _ ticks: (Rows) -> [Double]) -> Bool {
      guard
        let fit = Rows(logarithms, height: Double(decades) / Double(between), rows: rows, dots: dots),
        fit.height < best?.rows.height ?? .infinity
      else { return false }
      let found = ticks(fit)
      guard found.count > 1 else { return false }
      best = (fit, found)
      return true
    }
    let fewest = rows < 4 ? 1 : 2
    for decades in [1, 2, 3, 5, 10, 20, 50, 100] where best == nil {
      for between in stride(from: decades == 1 ? 4 * rows : rows, through: fewest, by: -1) {
        let found = offer(decades: decades, between: between) { fit in
          let powers = multiples(of: between, from: fit.first, rows: rows).filter { power in
            (fit.first..<(fit.first + rows)).contains(power * between)
          }.map { pow(10, Double($0 * decades)) }
          guard decades == 1, holdsTwoAndFive(between), powers.count * 3 <= mostTicks else { return powers }
          return twoAndFive(fit, rows: rows)
        }
        if found { break }
      }
    }
    return best.map { best in
      Axis(
        from: pow(10, best.rows.ends.lowerBound * best.rows.height),
        to: pow(10, best.rows.ends.upperBound * best.rows.height),
        scale: .logarithmic, ticks: best.ticks.map { Tick(value: $0, label: logarithmicLabel($0, labels)) })
    }
  }

  /// Whether 2 and 5 lie on rows, two of them apart at least, where a power of ten takes so many.
  private static func holdsTwoAndFive(_ rowsOfDecade: Int) -> Bool {
    let two = log10(2) * Double(rowsOfDecade)
    return two >= 1.9 && abs(two - two.rounded()) < 0.13
  }

  private static func twoAndFive(_ fit: Rows, rows: Int) -> [Double] {
    let last = fit.first + rows - 1
    let decades = Int((Double(fit.first) * fit.height).rounded(.down))...Int((Double(last) * fit.height).rounded(.up))
    return decades.flatMap { decade in [1.0, 2, 5].map { $0 * pow(10, Double(decade)) } }.filter { value in
      let row = (log10(value) / fit.height).rounded()
      return row >= Double(fit.first) && row <= Double(last)
    }
  }
}
