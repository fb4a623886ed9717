import RunEvents
import Synchronization

/// Where the engine leaves events for the screen. Any thread posts and never waits, however slow the terminal is.
///
/// Order is kept and nothing is lost, except that of previews, and of the progress of one evaluation, only the newest
/// that has not been taken yet is kept.
package final class EventInbox: Sendable {
  private struct Contents {
    var events: [RunEvent?] = []
    /// Places in `events` of what a newer event replaces.
    var preview: Int?
    var inspection: Int?
    var attention: Int?
    var progress: [Int: Int] = [:]
    var isClosed = false
    /// Whose events are taken.
    var source = 0
  }

  private let contents = Mutex(Contents())
  let wake = WakePipe()

  package init() {}

  package func post(_ event: RunEvent) { post(event, from: 0) }

  /// - Parameter source: the run that it comes from, by a number; the first one is 0. Events of others than the one
  ///   that is watched (``watch(source:)``) are dropped.
  func post(_ event: RunEvent, from source: Int) {
    let isTaken = contents.withLock { contents in
      guard !contents.isClosed, source == contents.source else { return false }
      switch event {
      case .preview:
        if let place = contents.preview { contents.events[place] = nil }
        contents.preview = contents.events.count
      case .inspection:
        if let place = contents.inspection { contents.events[place] = nil }
        contents.inspection = contents.events.count
      case .attention:
        if let place = contents.attention { contents.events[place] = nil }
        contents.attention = contents.events.count
      case .evalProgress(let progress):
        if let place = contents.progress[progress.id] { contents.events[place] = nil }
        contents.progress[progress.id] = contents.events.count
      default: break
      }
      contents.events.append(event)
      return true
    }
    if isTaken { wake.ring() }
  }

  /// Takes all events, oldest first.
  package func drain() -> [RunEvent] {
    let taken = contents.withLock { contents in
      defer {
        contents.events = []
        contents.preview = nil
        contents.inspection = nil
        contents.attention = nil
        contents.progress = [:]
      }
      return contents.events
    }
    return taken.compactMap { $0 }
  }

  /// Watches another run from now on; drops the events of the one before.
  func watch(source: Int) {
    contents.withLock { contents in
      guard !contents.isClosed else { return }
      contents = Contents()
      contents.source = source
    }
  }

  /// Drops events from now on.
  package func close() {
    contents.withLock { contents in
      contents = Contents()
      contents.isClosed = true
    }
  }
}
