import Foundation
import RunEvents

/// An ablation as the store keeps it.
package struct AblationRecord: Equatable, Identifiable, Sendable {
  package let id: Int64
  /// Unique in its session.
  package let name: String
  package let created: Date
  package let plan: AblationPlan

  /// The place of one of its runs.
  package func place(_ cell: Int) -> AblationPlace { AblationPlace(ablation: id, cell: cell) }
}

/// A run's place in an ablation; its seed tells the runs of a cell apart.
package struct AblationPlace: Equatable, Sendable {
  package let ablation: Int64
  /// ``AblationPlan/trunk``, or a cell's number.
  package let cell: Int
}

/// Keeps two processes from making the runs of one ablation, as long as it is held.
package final class AblationHold: Sendable {
  private let lock: RunLock

  init(_ lock: RunLock) { self.lock = lock }
}
