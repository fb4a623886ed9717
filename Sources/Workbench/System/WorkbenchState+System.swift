import Canvas
import Histories
import Plotting
import RunEvents

extension WorkbenchState {
  /// Keeps a sample of the machine, for what it does now and for its curves.
  mutating func take(_ sample: SystemSample) {
    probes.take(sample, now: now)
    if isMonitor { countAsStep(sample) }
    history.append(sample)
    // Without a copy of the detail.
    if let reference, curves.details[reference]?.metrics.lastStep == sample.step {
      curves.details[reference]?.metrics.append(sample)
    }
  }

  mutating func perform(_ command: SystemCommand) -> [WorkbenchEffect] {
    switch command {
    case .nextPage: turnSystemPage(by: 1)
    case .previousPage: turnSystemPage(by: -1)
    case .enlarge: system.isEnlarged.toggle()
    case .shorter: changeSystemWindow(by: -1)
    case .longer: changeSystemWindow(by: 1)
    case .filter: dialog = .curveFilter(TextField(system.choices.filter))
    case .openCurves:
      screen.view = .curves
      curves.filterBeforeSystem = curves.filterBeforeSystem ?? curves.choices.filter
      curves.choices.filter = CurveName.systemPrefix
      curves.isMaximised = false
      tell("curves of the machine: esc leads back, / shows others")
    }
    return []
  }

  /// `x` in the system view.
  mutating func toggleSystemHistory() {
    system.choices.showsAll.toggle()
    tell("charts: \(system.choices.words)")
  }

  private mutating func changeSystemWindow(by delta: Int) {
    let windows = SystemChoices.windows
    let index = windows.firstIndex(of: system.choices.minutes) ?? 0
    // From everything, the first step is to the window that was there.
    if !system.choices.showsAll {
      system.choices.minutes = windows[min(max(0, index + delta), windows.count - 1)]
    } else if delta > 0 {
      return tell("everything is shown: x shows the newest of it", isWarning: true)
    }
    system.choices.showsAll = false
    tell("charts: \(system.choices.words)")
  }

  private mutating func turnSystemPage(by delta: Int) {
    let layout = SystemLayout(self)
    let next = layout.first + delta * layout.panesPerPage
    guard layout.names.indices.contains(next) else { return }
    system.first = next
  }

  /// What there are charts of, by the filter.
  var systemChartNames: [SystemMetric] {
    let pattern = if case .curveFilter(let field) = dialog { field.text } else { system.choices.filter }
    let all = SystemMetric.allCases.filter { !history.system[$0].isEmpty }
    guard !pattern.isEmpty, let regex = try? Regex(pattern).ignoresCase() else { return all }
    return all.filter { metric in
      metric.title.firstMatch(of: regex) != nil || CurveName.system(metric).key.firstMatch(of: regex) != nil
    }
  }

  private static let leastSystemSeconds = 60.0

  /// The time that charts show. Its end moves in eighths, as a chart that moves with every sample is painted anew with
  /// every sample.
  var systemHorizontal: HorizontalScale {
    let clock = history.system.clock
    guard let first = clock.marks.first?.time, let last = clock.last?.time else {
      return HorizontalScale(0...1, axis: .wall, utcOffset: options.utcOffset)
    }
    let span = system.choices.showsAll ? .infinity : Double(system.choices.minutes) * 60
    let bounds: ClosedRange<Double>
    if last - first < span {
      // Little room is left empty while there is little to show, and yet the scale seldom changes.
      bounds = first...(first + min(span, max(Self.leastSystemSeconds, roomy(last - first))))
    } else {
      let chunk = span / 8
      let end = (last / chunk).rounded(.up) * chunk
      bounds = (end - span)...end
    }
    return HorizontalScale(bounds, axis: .wall, utcOffset: options.utcOffset)
  }

  /// Whether there are charts on other pages.
  var systemPagesAvailability: Availability {
    guard systemChartsAvailability == .enabled else { return systemChartsAvailability }
    return SystemLayout(self).pages > 1 ? .enabled : .disabled(reason: "all charts are shown already")
  }

  /// Whether charts have room, alone or beside the rest.
  var systemChartsAvailability: Availability {
    if history.system.isEmpty { return .disabled(reason: "no sample of the machine has come yet") }
    return SystemLayout(self).charts == nil
      ? .disabled(reason: "charts have no room beside the rest: enter shows them alone") : .enabled
  }
}
