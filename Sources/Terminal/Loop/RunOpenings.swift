import Dispatch
import RunEvents
import Synchronization

/// Connects to other runs, one after the other on a queue of its own, so that the screen never waits for one.
final class RunOpenings: Sendable {
  struct Answer: Sendable {
    var reference: RunReference
    var result: Result<Opened, Failure>
  }

  struct Opened: Sendable {
    var connection: RunConnection
    /// What its events are posted under.
    var source: Int
  }

  struct Failure: Error {
    var reason: String
  }

  private struct Contents {
    var answers: [Answer] = []
    /// 0 is the run that the screen began with.
    var lastSource = 0
  }

  private let opener: RunOpener?
  private let resumer: RunOpener?
  private let queue = DispatchQueue(label: "mvp.opening", qos: .userInitiated)
  private let contents = Mutex(Contents())

  init(_ opener: RunOpener?, resumer: RunOpener? = nil) {
    self.opener = opener
    self.resumer = resumer
  }

  func start(_ reference: RunReference, isResumed: Bool = false, inbox: EventInbox) {
    queue.async { [self] in
      let source = contents.withLock { contents in
        contents.lastSource += 1
        return contents.lastSource
      }
      let answer = Answer(reference: reference, result: open(reference, isResumed ? resumer : opener, inbox, source))
      contents.withLock { $0.answers.append(answer) }
      inbox.wake.ring()
    }
  }

  private func open(
    _ reference: RunReference, _ opener: RunOpener?, _ inbox: EventInbox, _ source: Int
  ) -> Result<Opened, Failure> {
    guard let opener else { return .failure(Failure(reason: "no other run can be opened here")) }
    do {
      let connection = try opener(reference) { inbox.post($0, from: source) }
      return .success(Opened(connection: connection, source: source))
    } catch {
      return .failure(Failure(reason: "\(error)"))
    }
  }

  /// Takes the answers that have come, oldest first.
  func drain() -> [Answer] {
    contents.withLock { contents in
      defer { contents.answers = [] }
      return contents.answers
    }
  }
}
