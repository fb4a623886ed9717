import RunEvents

/// Steps with which what a run measures changes: smoothing begins anew there.
extension WatchedRun {
  var restarts: [Double] {
    let settings = timeline.entries.compactMap { entry in
      if case .setting(let change) = entry.content { change.restart } else { nil }
    }
    return (guidanceHistory.dropFirst().map { Double($0.from + 1) } + settings).sorted()
  }
}

extension RunHistory {
  package var restarts: [Double] {
    events.compactMap { event in
      switch event {
      case .guidance(let change): Double(change.step + 1)
      case .setting(let change): change.restart
      default: nil
      }
    }.sorted()
  }
}

extension SettingChange {
  /// The first step with another objective; nil if another setting changed.
  fileprivate var restart: Double? { key.hasPrefix("objective.") ? Double(step + 1) : nil }
}
