import Dispatch
import RunEvents
import Synchronization

/// Connects to other runs, one after the other on a queue of its own, so that the screen never waits for one.
final class RunOpenings: Sendable {
  struct Answer: Sendable {
    /// What was asked for.
    var reference: RunReference
    var result: Result<Opened, Failure>
  }

  struct Opened: Sendable {
    /// The run that is connected to: a fork of the one asked for, where that was asked.
    var reference: RunReference
    var connection: RunConnection
    /// What its events are posted under.
    var source: Int
  }

  struct Failure: Error, CustomStringConvertible {
    var reason: String

    static let nothingOpens = Failure(reason: "no other run can be opened here")

    var description: String { reason }
  }

  private struct Contents {
    var answers: [Answer] = []
    /// 0 is the run that the screen began with.
    var lastSource = 0
  }

  private let opener: RunOpener?
  private let resumer: RunOpener?
  private let forker: RunForker?
  private let queue = DispatchQueue(label: "mvp.opening", qos: .userInitiated)
  private let contents = Mutex(Contents())

  init(_ opener: RunOpener?, resumer: RunOpener? = nil, forker: RunForker? = nil) {
    self.opener = opener
    self.resumer = resumer
    self.forker = forker
  }

  func start(_ reference: RunReference, isResumed: Bool = false, inbox: EventInbox) {
    let opener = isResumed ? resumer : opener
    start(reference, inbox) { emit in
      guard let opener else { throw Failure.nothingOpens }
      return (reference, try opener(reference, emit))
    }
  }

  func start(_ request: ForkRequest, of parent: RunReference, inbox: EventInbox) {
    start(parent, inbox) { [forker] emit in
      guard let forker else { throw Failure.nothingOpens }
      return try forker(request, parent, emit)
    }
  }

  private func start(_ reference: RunReference, _ inbox: EventInbox, _ connect: @escaping Connecting) {
    queue.async { [self] in
      let source = contents.withLock { contents in
        contents.lastSource += 1
        return contents.lastSource
      }
      let answer = Answer(reference: reference, result: open(connect, inbox, source))
      contents.withLock { $0.answers.append(answer) }
      inbox.wake.ring()
    }
  }

  private typealias Connecting =
    @Sendable (_ emit: @escaping @Sendable (RunEvent) -> Void) throws -> (RunReference, RunConnection)

  private func open(_ connect: Connecting, _ inbox: EventInbox, _ source: Int) -> Result<Opened, Failure> {
    do {
      let (reference, connection) = try connect { inbox.post($0, from: source) }
      return .success(Opened(reference: reference, connection: connection, source: source))
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
