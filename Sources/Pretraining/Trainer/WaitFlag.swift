import Synchronization

/// Tells other threads that somebody waits.
public final class WaitFlag: Sendable {
  private let value = Atomic<Bool>(false)

  public init() {}

  public var isSet: Bool {
    get { value.load(ordering: .relaxed) }
    set { value.store(newValue, ordering: .relaxed) }
  }
}
