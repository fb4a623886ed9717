import Dispatch
import Foundation
import RunEvents
import Sessions
import Synchronization

/// Runs of another machine, as a front end of this one sees them: the same events come out and the same commands go in
/// as with an ``AttachedRun``, which a relay there has in its hands (`mvp relay`).
///
/// A connection that breaks is taken up again by itself: the run that is shown is opened anew, and tells how things
/// stand. A command goes out once or, while there is no connection, not at all, which is said.
package final class RelayLink: Sendable {
  /// How things were when the link was made.
  package let hello: RelayHello
  private let far: FarEnd
  private let state: Mutex<State>
  private let ended = DispatchGroup()
  private let lastStep = LastStep()

  private struct State {
    var connection: RelayConnection?
    /// Takes the events of the run that is shown.
    var emit: @Sendable (RunEvent) -> Void
    /// What is shown, and is opened anew after a break.
    var shown: RunReference
    /// Opened and not begun, by the request's number.
    var opened: [Int: (run: RunReference, emit: @Sendable (RunEvent) -> Void)] = [:]
    var waiting: [Int: Answer] = [:]
    var nextID = 1
    var summary: RunSummary?
    var isLeft = false
    var isSilent = false
    var isDown = false
    /// How often silence was looked for.
    var looks = 0
  }

  /// Of a request; ``done`` is signalled once.
  private final class Answer: Sendable {
    let done = DispatchSemaphore(value: 0)
    let parts = Mutex("")
    let result = Mutex<Result<RelayMessage, any Error>?>(nil)

    func settle(_ result: Result<RelayMessage, any Error>) {
      self.result.withLock { $0 = $0 ?? result }
      done.signal()
    }
  }

  /// Seconds without a word after which the screen says so, after which the connection is given up, and after which a
  /// request is.
  private static let silenceShown = 6.0
  private static let silenceBorne = 35.0
  private static let patience = 60.0
  private static let lookMicroseconds: UInt32 = 500_000
  private static let looksPerBeat = 10
  /// How long a new connection may take to speak.
  private static let helloSeconds = 25.0

  /// Connects, and waits until the far end speaks.
  ///
  /// - Parameters:
  ///   - asks: whether ssh may ask a person at this terminal.
  ///   - seconds: how long that may take; nil: for ever, as a person may be typing.
  ///   - emit: receives every event of the first run, on a thread of its own.
  /// - Throws: ``BackendError`` where the far end cannot be reached or has no such run.
  package init(
    _ far: FarEnd, asks: Bool, seconds: Double? = nil, emit: @escaping @Sendable (RunEvent) -> Void
  ) throws {
    self.far = far
    let connection = try RelayConnection(far, asks: asks, seconds: seconds)
    hello = connection.hello
    state = Mutex(State(connection: connection, emit: emit, shown: connection.hello.run))
  }

  deinit { state.withLock { $0.connection }?.close() }

  /// Lets events come. Call once.
  package func start() {
    ended.enter()
    let thread = Thread { [self] in follow() }
    thread.name = "relay"
    thread.start()
    let watch = Thread { [weak self] in
      while let self, self.watchSilence() { usleep(Self.lookMicroseconds) }
    }
    watch.name = "relay's silence"
    watch.start()
  }

  /// Returns at once; may be called from any thread.
  package func send(_ command: RunCommand) {
    let connection = state.withLock { $0.isDown ? nil : $0.connection }
    guard let connection, let line = try? RunCommandCoder.line(command) else {
      return emit(
        .message(
          RunMessage(
            level: .error, step: lastStep.value,
            text: "not sent: there is no connection to \(far.name) now; try again when it is back")))
    }
    connection.send(line)
  }

  /// What the store there has.
  /// - Throws: ``BackendError`` where there is no connection, or the store cannot be read.
  package func history(_ request: HistoryRequest) throws -> RunHistory? {
    let (message, text) = try ask { .history(id: $0, request: request) }
    if case .nothing = message { return nil }
    return try runJSONDecoder().decode(RunHistory.self, from: Data(text.utf8))
  }

  /// The runs of all sessions there, named `SESSION/RUN`.
  /// - Throws: ``BackendError`` where there is no connection, or no answer.
  package func catalog(with keys: [String]) throws -> RunCatalog {
    let (_, text) = try ask { .catalog(id: $0, keys: keys) }
    return try runJSONDecoder().decode(RunCatalog.self, from: Data(text.utf8))
  }

  /// No run of this link is shown any more; it stays, for others to be opened.
  package func rest() {
    let connection = state.withLock { state in
      (state.shown, state.emit) = (RunReference(session: "", run: ""), { _ in })
      return state.isDown ? nil : state.connection
    }
    if let line = try? RelayLine.line(RelayRequest.rest) { connection?.send(line) }
  }

  /// A run that can be shown next.
  package struct Opened: Sendable {
    package let run: RunReference
    package let attachment: String
    package let canDetach: Bool
    /// Lets its events come, and none of the run before. Returns at once.
    package let begin: @Sendable () -> Void
    package let send: @Sendable (RunCommand) -> Void
  }

  package func open(_ run: RunReference, emit: @escaping @Sendable (RunEvent) -> Void) throws -> Opened {
    try opened(emit) { .open(id: $0, run: run) }
  }

  package func resume(_ run: RunReference, emit: @escaping @Sendable (RunEvent) -> Void) throws -> Opened {
    try opened(emit) { .resume(id: $0, run: run) }
  }

  package func fork(
    _ request: ForkRequest, of parent: RunReference, emit: @escaping @Sendable (RunEvent) -> Void
  ) throws -> Opened {
    try opened(emit) { .fork(id: $0, request: request, parent: parent) }
  }

  /// Leaves the run alone; no more events come.
  package func leave() {
    let connection = state.withLock { state in
      state.isLeft = true
      return state.connection
    }
    connection?.close()
  }

  /// Blocks until the run that is shown has ended, or cannot be had any more.
  package func waitUntilFinished() -> RunSummary {
    while ended.wait(timeout: .now() + 0.05) == .timedOut {
      if let summary = state.withLock({ $0.summary }) { return summary }
    }
    return state.withLock { $0.summary } ?? RunSummary(outcome: .lost, step: lastStep.value, seconds: 0)
  }

  // MARK: requests

  private func opened(
    _ emit: @escaping @Sendable (RunEvent) -> Void, _ request: (Int) -> RelayRequest
  ) throws -> Opened {
    guard case .opened(let id, let run, let attachment, let canDetach) = try ask(request).message else {
      throw BackendError("\(far.name) gave an answer that was not asked for: update mvp there and here.")
    }
    state.withLock { $0.opened[id] = (run, emit) }
    return Opened(
      run: run, attachment: attachment, canDetach: canDetach,
      begin: { [self] in
        guard let line = try? RelayLine.line(RelayRequest.begin(id: id)) else { return }
        state.withLock { $0.connection }?.send(line)
      }, send: send)
  }

  private func ask(_ request: (Int) -> RelayRequest) throws -> (message: RelayMessage, text: String) {
    let answer = Answer()
    let (id, connection) = state.withLock { state -> (Int, RelayConnection?) in
      let id = state.nextID
      state.nextID += 1
      if !state.isDown, state.connection != nil { state.waiting[id] = answer }
      return (id, state.isDown ? nil : state.connection)
    }
    guard let connection else {
      throw BackendError("there is no connection to \(far.name) now; it is taken up again by itself.")
    }
    connection.send(try RelayLine.line(request(id)))
    defer { state.withLock { $0.waiting[id] = nil } }
    // Parts of a long answer keep it alive.
    while answer.done.wait(timeout: .now() + Self.patience) == .timedOut {
      guard connection.silence < Self.patience else {
        throw BackendError("\(far.name) has not answered for \(Int(Self.patience)) s.")
      }
    }
    let message = try answer.result.withLock { $0 }?.get() ?? .nothing(id: id)
    return (message, answer.parts.withLock { $0 })
  }

  // MARK: the connection

  private func follow() {
    defer { ended.leave() }
    while true {
      let connection = state.withLock { $0.connection }
      guard let connection else { return }
      if let line = try? RelayLine.line(RelayRequest.begin(id: 0)) { connection.send(line) }
      connection.follow { take($0) }
      let (isLeft, isOver) = state.withLock { ($0.isLeft, $0.summary != nil) }
      if isLeft { return }
      fail("the connection to \(far.name) broke")
      state.withLock { $0.isDown = true }
      tell(isActive: true, "the connection to \(far.name) is down\(tail(connection)); it is being taken up again")
      connection.close()
      guard let next = reconnect() else { return }
      state.withLock { state in
        state.connection = next
        state.isDown = false
        // An end that was told before is told again.
        if isOver { state.summary = nil }
      }
      tell(isActive: false, "the connection to \(far.name) is back")
    }
  }

  private func tail(_ connection: RelayConnection) -> String {
    let words = connection.lastWords
    return words.isEmpty ? "" : " (\(words))"
  }

  /// Tries until there is a connection; nil where the run was left meanwhile, or is gone.
  private func reconnect() -> RelayConnection? {
    var pause = BackOff(most: 15)
    while true {
      let (isLeft, shown) = state.withLock { ($0.isLeft, $0.shown) }
      if isLeft { return nil }
      var far = far
      far.isDesk = shown.session.isEmpty
      (far.session, far.run) = far.isDesk ? (nil, nil) : (shown.session, shown.run)
      do {
        return try RelayConnection(far, asks: false, seconds: Self.helloSeconds)
      } catch {
        tell(isActive: true, "\(error)")
      }
      pause.failed()
      let end = ContinuousClock.now + .seconds(pause.delay)
      while ContinuousClock.now < end, !state.withLock({ $0.isLeft }) { usleep(100_000) }
    }
  }

  /// Says that nothing is heard, and gives a connection up that stays silent; false at the end.
  private func watchSilence() -> Bool {
    let (connection, isLeft, isDown, wasSilent) = state.withLock { ($0.connection, $0.isLeft, $0.isDown, $0.isSilent) }
    if isLeft { return false }
    guard let connection, !isDown else { return true }
    let silence = connection.silence
    if silence > Self.silenceBorne { connection.close() }
    let isSilent = silence > Self.silenceShown
    if isSilent != wasSilent {
      state.withLock { $0.isSilent = isSilent }
      tell(
        isActive: isSilent,
        isSilent ? "\(far.name) has said nothing for \(Int(silence)) s" : "\(far.name) is heard again")
    }
    let isDue = state.withLock { state in
      state.looks += 1
      return state.looks % Self.looksPerBeat == 0
    }
    if isDue, let line = try? RelayLine.line(RelayRequest.beat) { connection.send(line) }
    return true
  }

  private func tell(isActive: Bool, _ cause: String) {
    emit(
      .health(
        HealthNotice(
          step: lastStep.value, condition: .link, isActive: isActive, cause: cause,
          advice: isActive ? "what is shown is from before; the run goes on where it is" : "")))
  }

  private func emit(_ event: RunEvent) { state.withLock { $0.emit }(event) }

  private func fail(_ reason: String) {
    let waiting = state.withLock { state in
      defer { state.waiting = [:] }
      return state.waiting
    }
    for answer in waiting.values { answer.settle(.failure(BackendError("\(reason)."))) }
  }

  private func take(_ line: String) {
    do {
      guard let message = try RelayLine.message(RelayMessage.self, in: line) else {
        let event = try RunEventCoder.event(line: line)
        lastStep.take(event)
        if case .finished(let summary) = event { finish(summary) }
        return emit(event)
      }
      take(message)
    } catch {
      emit(
        .message(
          RunMessage(
            level: .warning, step: lastStep.value,
            text: "\(far.name) tells what this version of mvp does not know; update it")))
    }
  }

  /// The link stays: other runs may be opened, and what was recorded may be read.
  private func finish(_ summary: RunSummary) { state.withLock { $0.summary = summary } }

  private func take(_ message: RelayMessage) {
    switch message {
    case .hello, .beat: break
    case .begun(let id):
      state.withLock { state in
        guard let next = state.opened.removeValue(forKey: id) else { return }
        (state.shown, state.emit, state.summary) = (next.run, next.emit, nil)
      }
    case .opened(let id, _, _, _), .nothing(let id):
      state.withLock { $0.waiting[id] }?.settle(.success(message))
    case .piece(let id, let text, let isLast):
      guard let answer = state.withLock({ $0.waiting[id] }) else { return }
      answer.parts.withLock { $0 += text }
      if isLast { answer.settle(.success(message)) }
    case .failure(let id?, let reason):
      state.withLock { $0.waiting[id] }?.settle(.failure(BackendError(reason)))
    case .failure(nil, let reason):
      emit(.message(RunMessage(level: .error, step: lastStep.value, text: reason)))
    }
  }
}
