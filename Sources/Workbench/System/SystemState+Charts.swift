import Canvas
import Histories
import Plotting
import RunEvents

extension SystemState {
  /// The metrics that have charts and pass the filter.
  func chartNames(in view: RunView) -> [SystemMetric] {
    let pattern = if case .curveFilter(let field) = view.screen.dialog { field.text } else { choices.filter }
    let all = SystemMetric.allCases.filter { !view.watched.history.system[$0].isEmpty }
    guard !pattern.isEmpty, let regex = try? Regex(pattern).ignoresCase() else { return all }
    return all.filter { metric in
      metric.title.firstMatch(of: regex) != nil || CurveName.system(metric).key.firstMatch(of: regex) != nil
    }
  }

  private static let leastSeconds = 60.0

  /// The time that charts show. Its end moves in eighths, as a chart that moves with every sample is painted anew with
  /// every sample.
  func horizontal(in view: RunView) -> HorizontalScale {
    let clock = view.watched.history.system.clock
    guard let first = clock.marks.first?.time, let last = clock.last?.time else {
      return HorizontalScale(0...1, axis: .wall, utcOffset: view.options.utcOffset)
    }
    let span = choices.showsAll ? .infinity : Double(choices.minutes) * 60
    let bounds: ClosedRange<Double>
    if last - first < span {
      // Little room is left empty while there is little to show, and yet the scale seldom changes.
      bounds = first...(first + min(span, max(Self.leastSeconds, roomy(last - first))))
    } else {
      let chunk = span / 8
      let end = (last / chunk).rounded(.up) * chunk
      bounds = (end - span)...end
    }
    return HorizontalScale(bounds, axis: .wall, utcOffset: view.options.utcOffset)
  }
}
