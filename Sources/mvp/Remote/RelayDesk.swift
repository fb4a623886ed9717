import Dispatch
import Foundation
import RunEvents
import Synchronization
import Terminal
import TrainingBackend

/// Answers a workbench on another machine for the sessions of this one.
final class RelayDesk: Sendable {
  private let place: SessionPlace
  private let writer: RelayWriter
  private let visit: Visit
  /// Requests that read stores or start processes, one after the other.
  private let queue = DispatchQueue(label: "mvp.relay.desk", qos: .userInitiated)
  private let state = Mutex(State())
  private let gate = Gate()

  private struct State {
    /// Opened and not begun.
    var opened: [Int: RunConnection] = [:]
    /// Of the run whose events go out.
    var send: @Sendable (RunCommand) -> Void = { _ in }
    var hasBegun = false
  }

  /// Bytes of a part of a history.
  private static let partBytes = 16_384

  /// - Parameter found: nil: no run is lent before one is opened.
  init(_ found: FoundRun?, place: SessionPlace, writer: RelayWriter) throws {
    self.place = place
    self.writer = writer
    let gate = gate
    let first = try found.map { try Watched($0, in: place) { event in gate.pass(event, of: 0, to: writer) } }
    visit = Visit(first, place: place)
    if let first { state.withLock { $0.send = first.send } }
  }

  /// Lets the events of one run through, and of no other.
  private final class Gate: Sendable {
    private let current = Mutex(0)
    static let nobody = -1

    func turn(to id: Int) { current.withLock { $0 = id } }

    func pass(_ event: RunEvent, of id: Int, to writer: RelayWriter) {
      guard let line = try? RunEventCoder.line(event) else { return }
      current.withLock { if $0 == id { writer.write(line) } }
    }

    /// From here on, events are of this run.
    func turn(to id: Int, _ writer: RelayWriter) {
      current.withLock { current in
        current = id
        writer.write(.begun(id: id))
      }
    }
  }

  /// What the relay says first.
  func hello(_ found: FoundRun?) -> RelayHello {
    RelayHello(
      program: mvpVersion, run: RunReference(session: found?.session ?? "", run: found?.run.name ?? ""),
      attachment: visit.watched?.words ?? "", isLive: visit.watched?.isLive ?? false,
      isOneOfSeveral: found?.isOneOfSeveral ?? true)
  }

  func take(_ line: String) {
    do {
      guard let request = try RelayLine.message(RelayRequest.self, in: line) else {
        return state.withLock { $0.send }(try RunCommandCoder.command(line: line))
      }
      take(request)
    } catch {
      writer.write(
        .failure(id: nil, reason: "\"\(line.prefix(80))\" is not known to mvp \(mvpVersion) on this machine"))
    }
  }

  func leave() { visit.leave() }

  private func take(_ request: RelayRequest) {
    switch request {
    case .beat: break
    case .begin(let id): begin(id)
    case .history(let id, let request):
      answer(id) { [self] in
        guard let history = try place.historyLoader(request) else { return writer.write(.nothing(id: id)) }
        try tell(history, id)
      }
    case .catalog(let id, let keys):
      answer(id) { [self] in
        // What is wrong with a store there is said where somebody looks at it.
        try tell(try SessionsCatalog(folder: place.folder).runs(with: keys) { _ in }, id)
      }
    case .rest:
      state.withLock { $0.send = { _ in } }
      gate.turn(to: Gate.nobody)
      visit.leave()
    case .open(let id, let run):
      opened(id) { [self] in (run, try visit.open(run, emit: emit(id))) }
    case .resume(let id, let run):
      opened(id) { [self] in (run, try visit.resume(run, emit: emit(id))) }
    case .fork(let id, let request, let parent):
      opened(id) { [self] in
        let made = try visit.fork(request, of: parent, emit: emit(id))
        return (made.fork, made.connection)
      }
    }
  }

  /// A long answer, in parts.
  private func tell(_ answer: some Encodable, _ id: Int) throws {
    let parts = RelayLine.parts(of: try runJSONEncoder().encode(answer), bytes: Self.partBytes)
    writer.write(
      parts: try parts.enumerated().map { place, text in
        try RelayLine.line(RelayMessage.piece(id: id, text: text, isLast: place == parts.count - 1))
      })
  }

  private func emit(_ id: Int) -> @Sendable (RunEvent) -> Void {
    { [gate, writer] event in gate.pass(event, of: id, to: writer) }
  }

  private func answer(_ id: Int, _ work: @escaping @Sendable () throws -> Void) {
    queue.async { [writer] in
      do { try work() } catch {
        let reason = (error as? CommandFailure)?.message ?? "\(error)"
        writer.write(.failure(id: id, reason: reason))
      }
    }
  }

  private func opened(
    _ id: Int, _ open: @escaping @Sendable () throws -> (run: RunReference, connection: RunConnection)
  ) {
    answer(id) { [self] in
      let (run, connection) = try open()
      state.withLock { $0.opened[id] = connection }
      writer.write(
        .opened(id: id, run: run, attachment: connection.attachment, canDetach: connection.canDetach))
    }
  }

  private func begin(_ id: Int) {
    if id == 0 {
      let isFirst = state.withLock { state in
        defer { state.hasBegun = true }
        return !state.hasBegun
      }
      guard isFirst, let first = visit.watched else { return }
      gate.turn(to: 0, writer)
      return first.start()
    }
    guard let next = state.withLock({ $0.opened.removeValue(forKey: id) }) else { return }
    gate.turn(to: id, writer)
    state.withLock { $0.send = next.send }
    next.begin()
  }
}
