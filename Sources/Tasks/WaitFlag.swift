import Synchronization

/// Tells other threads that somebody waits.
package final class WaitFlag: Sendable {
  private let value = Atomic<Bool>(false)

  package init() {}

  package var isSet: Bool {
    get { value.load(ordering: .relaxed) }
    set { value.store(newValue, ordering: .relaxed) }
  }
}
