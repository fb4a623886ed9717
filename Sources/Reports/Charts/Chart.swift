import Foundation
import Histories
import Plotting

/// Curves, dots and lines on two axes, as SVG.
struct Chart {
  struct Line {
    /// Place of the run among those of the report: its colour.
    var run: Int
    var name: String
    var curve: ChartCurve?
    /// Single results, joined by a line.
    var dots: [(x: Double, y: Double)] = []
  }

  /// What values are held against: a dashed line over the whole width.
  struct Held {
    var value: Double
    var name: String
  }

  var title: String
  var lines: [Line]
  var horizontal: HorizontalScale
  var unit: ChartUnit
  var isLogarithmic = false
  var isWide = false
  var held: [Held] = []
  /// Steps at which something was changed, with words for each.
  var marks: [(step: Double, words: String)] = []
  /// Values that are shown whatever the points are.
  var alwaysShown: ClosedRange<Double>?

  /// Points that a curve has at the most.
  static func most(isWide: Bool) -> Int { isWide ? 420 : 170 }

  private var width: Double { isWide ? 800 : 360 }
  private var height: Double { isWide ? 250 : 186 }
  // Room around the plot itself.
  private var left: Double { 44 }
  private var right: Double { 8 }
  private var top: Double { 8 }
  private var bottom: Double { 20 }
  private var plotWidth: Double { width - left - right }
  private var plotHeight: Double { height - top - bottom }

  /// nil where there is nothing to show.
  var figure: Markup? {
    guard let axis else { return nil }
    return """
      <figure\(isWide ? " class=\"wide\"" : "" as Markup)><figcaption><b>\(title)</b><span>\(caption)</span></figcaption>
      <svg viewBox="0 0 \(Int(width)) \(Int(height))" role="img"><title>\(title)</title>
      \(frame(axis))\(Markup(marks.map(mark)))\(Markup(held.compactMap { heldLine($0, axis) }))\(Markup(lines.map { drawn($0, axis) }))
      </svg></figure>

      """
  }

  private var caption: String {
    let log = axis?.scale == .logarithmic ? "log" : ""
    let last = lines.first?.curve?.points.last { $0.line.isFinite }?.line ?? lines.first?.dots.last?.y
    guard lines.count == 1, let text = last.map(unit.text) else {
      return [unit.name, log].filter { !$0.isEmpty }.joined(separator: ", ")
    }
    let hasUnit = text.hasSuffix(unit.name) || text.hasSuffix(" s")
    return [hasUnit ? text : "\(text) \(unit.name)", log].filter { !$0.isEmpty }.joined(separator: ", ")
  }

  // MARK: axes

  private var axis: Axis? {
    let values = lines.flatMap { ($0.curve?.values ?? []) + $0.dots.map(\.y) }.filter(\.isFinite) + held.map(\.value)
    guard let least = values.min(), let greatest = values.max() else { return nil }
    let isPossible = isLogarithmic && least > 0
    var range = isPossible ? least...greatest : shown(lines.compactMap(\.curve), least...greatest)
    if let always = alwaysShown, !isPossible {
      range = min(range.lowerBound, always.lowerBound)...max(range.upperBound, always.upperBound)
    }
    return Axis(
      showing: range, scale: isPossible ? .logarithmic : .linear, tickCount: isWide ? 6 : 5, labels: unit.labels)
  }

  /// A few far values (of the first steps, of spikes) do not press the rest together: they are cut off at the edge
  /// where the smoothed lines and all but a fiftieth of the points take less than a third of the height.
  private func shown(_ curves: [ChartCurve], _ whole: ClosedRange<Double>) -> ClosedRange<Double> {
    guard dotsAreEmpty else { return whole }
    let highs = curves.flatMap { $0.points.map(\.high) }.filter(\.isFinite).sorted()
    let lows = curves.flatMap { $0.points.map(\.low) }.filter(\.isFinite).sorted()
    let rims = curves.flatMap { $0.points.dropFirst(max(1, $0.points.count / 50)).map(\.line) }.filter(\.isFinite)
    guard highs.count > 50, let least = rims.min(), let greatest = rims.max() else { return whole }
    let low = min(least, lows[lows.count / 50])
    let high = max(greatest, highs[highs.count - 1 - highs.count / 50])
    guard high > low, high - low < (whole.upperBound - whole.lowerBound) / 3 else { return whole }
    let margin = (high - low) * 0.06
    return max(whole.lowerBound, low - margin)...min(whole.upperBound, high + margin)
  }

  private var dotsAreEmpty: Bool { lines.allSatisfy(\.dots.isEmpty) }

  private func x(_ step: Double) -> Double { left + plotWidth * min(max(0, horizontal.fraction(step) ?? 0), 1) }

  private func y(_ value: Double, _ axis: Axis) -> Double? {
    axis.position(value).map { top + plotHeight * (1 - min(max(0, $0), 1)) }
  }

  private func frame(_ axis: Axis) -> Markup {
    let rows = axis.ticks.compactMap { tick -> Markup? in
      guard let y = y(tick.value, axis) else { return nil }
      return """
        <path class="gridline" d="M\(short(left)) \(short(y))H\(short(width - right))"/>\
        <text x="\(short(left - 5))" y="\(short(y + 3.5))" text-anchor="end">\(tick.label)</text>

        """
    }
    let columns = horizontal.ticks(columns: isWide ? 90 : 44).map { tick -> Markup in
      let place = x(tick.value)
      let anchor: Markup = place > width - 30 ? "end" : "middle"
      return "<text x=\"\(short(place))\" y=\"\(short(height - 6))\" text-anchor=\"\(anchor)\">\(tick.label)</text>"
    }
    return Markup(rows) + Markup(columns)
      + "<path class=\"axis\" d=\"M\(short(left)) \(short(height - bottom))H\(short(width - right))\"/>"
  }

  // MARK: content

  private func drawn(_ line: Line, _ axis: Axis) -> Markup {
    let again: Markup = line.run >= Report.runColors ? " again" : ""
    var parts: Markup = "<g class=\"r\(line.run % Report.runColors + 1)\"><title>\(line.name)</title>"
    if let curve = line.curve {
      if curve.hasBand { parts += "<path class=\"band\" d=\"\(band(curve, axis))\"/>" }
      parts += "<path class=\"curve\(again)\" d=\"\(path(curve.points.map { ($0.x, $0.line, $0.begins) }, axis))\"/>"
    }
    if !line.dots.isEmpty {
      parts += "<path class=\"curve\(again)\" d=\"\(path(line.dots.map { ($0.x, $0.y, false) }, axis))\"/>"
      parts += Markup(
        line.dots.compactMap { dot in
          y(dot.y, axis).map {
            "<circle class=\"dot\" cx=\"\(short(x(dot.x)))\" cy=\"\(short($0))\" r=\"3.5\"><title>\(line.name): \(unit.text(dot.y)) at step \(Int(dot.x))</title></circle>"
          }
        })
    }
    return parts + "</g>\n"
  }

  /// From gap to gap, and from where a line begins anew.
  private func path(_ points: [(x: Double, y: Double, begins: Bool)], _ axis: Axis) -> Markup {
    var text = ""
    var isOpen = false
    for point in points {
      guard let y = y(point.y, axis) else {
        isOpen = false
        continue
      }
      text += (isOpen && !point.begins ? "L" : "M") + number(x(point.x)) + " " + number(y)
      isOpen = true
    }
    return "\(text)"
  }

  /// Around the least and the greatest values.
  private func band(_ curve: ChartCurve, _ axis: Axis) -> Markup {
    var text = ""
    var run: [(x: Double, low: Double, high: Double)] = []
    func close() {
      guard let first = run.first else { return }
      text += "M" + number(first.x) + " " + number(first.high)
      for place in run.dropFirst() { text += "L" + number(place.x) + " " + number(place.high) }
      for place in run.reversed() { text += "L" + number(place.x) + " " + number(place.low) }
      text += "Z"
      run = []
    }
    for point in curve.points {
      guard let low = y(point.low, axis), let high = y(point.high, axis) else {
        close()
        continue
      }
      run.append((x(point.x), max(low, high + 0.7), high))
    }
    close()
    return "\(text)"
  }

  private func mark(_ mark: (step: Double, words: String)) -> Markup {
    let place = x(mark.step)
    let isLate = place > left + plotWidth * 0.75
    return """
      <path class="mark" d="M\(short(place)) \(short(top))V\(short(height - bottom))"><title>\(mark.words) at step \(Int(mark.step))</title></path>\
      <text x="\(short(place + (isLate ? -4 : 4)))" y="\(short(top + 9))" text-anchor="\(isLate ? "end" : "start" as Markup)">\(isWide ? mark.words : "")</text>

      """
  }

  private func heldLine(_ held: Held, _ axis: Axis) -> Markup? {
    y(held.value, axis).map { y in
      """
      <path class="held" d="M\(short(left)) \(short(y))H\(short(width - right))"/>\
      <text x="\(short(width - right))" y="\(short(y - 3))" text-anchor="end">\(held.name) \(unit.text(held.value))</text>

      """
    }
  }

  private func short(_ value: Double) -> Markup { "\(number(value))" }

  /// Tenths of a unit are finer than any screen.
  private func number(_ value: Double) -> String {
    let tenths = Int((value * 10).rounded())
    return tenths % 10 == 0 ? String(tenths / 10) : fixedText(Double(tenths) / 10, decimals: 1)
  }
}
