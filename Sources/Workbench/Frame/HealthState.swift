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

  /// Returns whether the notice is news: a condition that was not there.
  mutating func take(_ notice: HealthNotice) -> Bool {
    let isNews = notice.isActive && !notices.contains { $0.condition == notice.condition }
    notices.removeAll { $0.condition == notice.condition }
    if notice.isActive { notices.append(notice) }
    return isNews
  }
}
