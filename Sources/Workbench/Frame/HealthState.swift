import RunEvents

/// What is wrong with the run now.
package struct HealthState: Equatable, Sendable {
  /// One notice a condition, those that are not over.
  package internal(set) var notices: [HealthNotice] = []
  /// How widely the student's features are spread, where that was looked at.
  package internal(set) var spread: FeatureSpread?

  /// What a banner tells first: conditions in the order of their list, which is that of their weight.
  var worst: HealthNotice? {
    notices.min { Self.rank($0) < Self.rank($1) }
  }

  private static func rank(_ notice: HealthNotice) -> Int {
    HealthNotice.Condition.allCases.firstIndex(of: notice.condition) ?? .max
  }

  mutating func take(_ notice: HealthNotice) {
    notices.removeAll { $0.condition == notice.condition }
    if notice.isActive { notices.append(notice) }
  }
}

extension WorkbenchState {
  mutating func take(_ notice: HealthNotice) -> [WorkbenchEffect] {
    let isNews = notice.isActive && !health.notices.contains { $0.condition == notice.condition }
    health.take(notice)
    if isNews || !notice.isActive { timeline.add(.health(notice), step: notice.step) }
    return isNews && config.value(of: "health.bell") == "true" ? [.bell] : []
  }
}
