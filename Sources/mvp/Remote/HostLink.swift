import Dispatch
import Foundation
import RunEvents
import Synchronization
import TrainingBackend

/// A machine of the hosts file, and the link to it, which is made when it is first wanted and stays.
final class HostLink: Sendable {
  let name: String
  private let far: FarEnd
  private let state = Mutex(State())
  /// One after the other makes the link, or waits for who makes it.
  private let connecting = DispatchQueue(label: "mvp.host.connecting", qos: .userInitiated)
  private let asking = DispatchQueue(label: "mvp.host.asking", qos: .userInitiated)

  private struct State {
    var link: RelayLink?
    var catalog: RunCatalog?
    var askedAt: ContinuousClock.Instant?
    /// Who waits for the answer.
    var waiting: (@Sendable () -> Void)?
    var problem: String?
    /// A machine that cannot be reached is not tried with every look at the list.
    var notBefore = ContinuousClock.now
  }

  /// Seconds for a connection to speak, until one that failed is tried again, and after which silence is told.
  private static let connectSeconds = 20.0
  private static let pauseSeconds = 15.0
  private static let patience = 5.0

  init(_ host: HostsFile.Host) {
    name = host.name
    far = host.far
  }

  /// - Parameter asks: whether ssh may ask a person at this terminal.
  /// - Throws: ``BackendError`` where the machine cannot be reached.
  func link(asks: Bool = false) throws -> RelayLink {
    try connecting.sync {
      if let link = state.withLock({ $0.link }) { return link }
      var far = far
      far.isDesk = true
      let link = try RelayLink(far, asks: asks, seconds: asks ? nil : Self.connectSeconds) { _ in }
      link.start()
      state.withLock { $0.link = link }
      return link
    }
  }

  /// Asks for its runs, or waits for an answer that is awaited already.
  ///
  /// - Parameter then: is called when there is an answer, when none will come, or when somebody else waits in its
  ///   place.
  func ask(_ keys: [String], then: @escaping @Sendable () -> Void) {
    let (isDue, replaced) = state.withLock { state -> (Bool, (@Sendable () -> Void)?) in
      if state.askedAt != nil {
        defer { state.waiting = then }
        return (false, state.waiting)
      }
      guard ContinuousClock.now >= state.notBefore else { return (false, then) }
      (state.askedAt, state.waiting) = (.now, then)
      return (true, nil)
    }
    replaced?()
    guard isDue else { return }
    asking.async { [self] in
      let answer = Result { try link().catalog(with: keys) }
      let waiting = state.withLock { state in
        defer { (state.askedAt, state.waiting) = (nil, nil) }
        switch answer {
        case .success(let catalog): (state.catalog, state.problem) = (catalog, nil)
        case .failure(let error):
          state.problem = (error as? BackendError)?.description ?? "\(error)"
          state.notBefore = .now + .seconds(Self.pauseSeconds)
        }
        return state.waiting
      }
      waiting?()
    }
  }

  /// The runs that it told last, and why they are not of now.
  var told: (catalog: RunCatalog?, problem: String?) {
    state.withLock { state in
      let waits = state.askedAt.map { $0.duration(to: .now) / .seconds(1) } ?? 0
      let isNew = state.catalog == nil && waits > 0
      let late =
        waits > Self.patience
        ? "\(name) has not answered for \(Int(waits)) s" : isNew ? "\(name) is being asked for its runs" : nil
      let problem = state.problem.map { $0.hasPrefix(name) || $0.contains(" \(name)") ? $0 : "\(name): \($0)" }
      let tail = state.catalog == nil ? "" : "; its runs are shown as they were"
      return (state.catalog, (problem ?? late).map { $0 + tail })
    }
  }

  func close() { state.withLock { $0.link }?.leave() }

  // MARK: names

  /// The name of one of its sessions, as this machine says it.
  func qualified(_ session: String) -> String { "\(name):\(session)" }

  /// An event of its run, as if the run were here under that name.
  func renamed(_ event: RunEvent) -> RunEvent {
    func name(_ run: String) -> String { run.contains("/") ? "\(self.name):\(run)" : run }
    switch event {
    case .started(var description):
      description.session = qualified(description.session)
      return .started(description)
    case .comparison(var comparison):
      (comparison.left, comparison.right) = (name(comparison.left), name(comparison.right))
      return .comparison(comparison)
    case .runs(var catalog):
      for place in catalog.runs.indices { catalog.runs[place].name = name(catalog.runs[place].name) }
      return .runs(catalog)
    default: return event
    }
  }
}
