import Dispatch
import Foundation
import RunEvents
import Synchronization

/// One connection to a relay, from its first word to its last.
final class RelayConnection: Sendable {
  let hello: RelayHello
  private let process: PipedProcess
  /// What has come behind the first word.
  private let early: Mutex<(lines: [String], buffer: LineBuffer)>
  private let writing = DispatchQueue(label: "mvp.relay.requests", qos: .userInitiated)
  private let heard = Mutex(ContinuousClock.now)
  private let isClosed = Atomic(false)
  private let words: LastWords

  /// Bytes of the longest line: an event's; histories come in parts.
  private static let longestLine = 64 << 20

  /// - Parameters:
  ///   - asks: whether a person at this terminal may be asked for a password; what the command says of itself then goes
  ///     to standard error, until the relay speaks.
  ///   - seconds: how long the first word may take; nil: for ever, as a person may be typing.
  /// - Throws: ``BackendError``.
  init(_ far: FarEnd, asks: Bool, seconds: Double?) throws {
    let command = far.command(asks: asks)
    do {
      process = try PipedProcess(command, hasTerminal: asks)
    } catch {
      throw BackendError(
        "\(command.first ?? "") cannot be started (\(error)): install it, or say with --via how \(far.name) is reached."
      )
    }
    words = LastWords(of: process.errors, isShown: asks)
    var buffer = LineBuffer(limit: Self.longestLine)
    var lines: [String] = []
    let end = seconds.map { ContinuousClock.now + .seconds($0) }
    var hasEnded = false
    while lines.isEmpty {
      let left = end.map { max(0, Double(($0 - ContinuousClock.now).components.seconds) + 1) }
      if let left, left <= 0.5 { break }
      guard let more = Self.read(process.output, &buffer, seconds: left) else {
        hasEnded = true
        break
      }
      lines = more
    }
    words.hush()
    let message = try? lines.first.flatMap { try RelayLine.message(RelayMessage.self, in: $0) }
    switch message {
    case .hello(let hello)? where hello.version == RelayHello.version: self.hello = hello
    case .hello(let hello)?:
      process.end()
      let (older, newer) = hello.version < RelayHello.version ? (far.name, "this one") : ("this one", far.name)
      throw BackendError(
        "mvp on \(far.name) is \(hello.program) and speaks version \(hello.version) over a link, this one version "
          + "\(RelayHello.version): update \(older == far.name ? "that" : "this") one, which is older than \(newer == far.name ? "that" : "this")."
      )
    case .failure(_, let reason)?:
      process.end()
      throw BackendError("on \(far.name): \(reason)")
    default:
      // A command that has closed its output ends by itself; a signal now would hide the status that tells why.
      let status = hasEnded ? process.wait() : process.end()
      throw Self.silence(far, lines.first, status, words.last)
    }
    early = Mutex((Array(lines.dropFirst()), buffer))
  }

  /// Why there was no first word.
  private static func silence(_ far: FarEnd, _ line: String?, _ status: Int32, _ said: String) -> BackendError {
    if let line {
      return BackendError(
        "\(far.name) answers \"\(line.prefix(80))\" where a relay would speak: what its shell prints at the start must not go "
          + "to standard output.")
    }
    let tail = said.isEmpty ? "" : " (\(said))"
    switch status {
    case 127:
      return BackendError(
        "there is no program \(far.program) on \(far.name)\(tail): name its path there with --program.")
    case 2, 64:
      return BackendError(
        "mvp on \(far.name) knows no relay\(tail): it is older than this one, update it.")
    default:
      return BackendError("\(far.name) cannot be reached, status \(status)\(tail).")
    }
  }

  /// Seconds since the far end was heard of.
  var silence: Double {
    let since = heard.withLock { ContinuousClock.now - $0 }
    return Double(since.components.seconds) + Double(since.components.attoseconds) / 1e18
  }

  /// What the command said of itself at the end.
  var lastWords: String { words.last }

  /// Sends a line; returns at once.
  func send(_ line: String) {
    writing.async { [self] in
      var rest = Array((line + "\n").utf8)[...]
      while !rest.isEmpty, !isClosed.load(ordering: .acquiring) {
        let count = rest.withUnsafeBytes { write(process.input, $0.baseAddress, $0.count) }
        guard count > 0 || errno == EINTR else { return }
        rest = rest.dropFirst(max(0, count))
      }
    }
  }

  /// Hands lines on until the connection ends.
  func follow(_ take: (String) -> Void) {
    var (lines, buffer) = early.withLock { early in (early.lines, early.buffer) }
    while true {
      lines.forEach(take)
      if isClosed.load(ordering: .acquiring) { return }
      guard let more = Self.read(process.output, &buffer, seconds: nil) else { return }
      heard.withLock { $0 = .now }
      lines = more
    }
  }

  /// Ends it: ``follow(_:)`` returns.
  func close() {
    guard !isClosed.exchange(true, ordering: .acquiringAndReleasing) else { return }
    DispatchQueue.global().async { [process] in process.end() }
  }

  /// The lines that a read completes, none where it takes longer; nil at the end.
  private static func read(_ descriptor: Int32, _ buffer: inout LineBuffer, seconds: Double?) -> [String]? {
    if let seconds {
      var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
      guard poll(&entry, 1, Int32(min(seconds, 1) * 1000)) > 0 else { return [] }
    }
    var piece = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = Glibc.read(descriptor, &piece, piece.count)
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return nil }
      return piece.withUnsafeBytes { buffer.take(UnsafeRawBufferPointer(rebasing: $0[..<count])) }
    }
  }
}

/// What a command says on standard error: shown as it comes or not, and the last line of it kept.
private final class LastWords: Sendable {
  private let state: Mutex<(text: String, isShown: Bool)>
  private let ended = DispatchSemaphore(value: 0)

  init(of descriptor: Int32, isShown: Bool) {
    state = Mutex(("", isShown))
    let own = dup(descriptor)
    let thread = Thread { [self] in
      defer {
        close(own)
        ended.signal()
      }
      var piece = [UInt8](repeating: 0, count: 4096)
      while true {
        let count = read(own, &piece, piece.count)
        if count < 0, errno == EINTR { continue }
        guard count > 0 else { return }
        let text = String(decoding: piece[..<count], as: UTF8.self)
        state.withLock { state in
          state.text = String((state.text + text).suffix(2000))
          if state.isShown { _ = write(STDERR_FILENO, piece, count) }
        }
      }
    }
    thread.name = "relay's errors"
    thread.start()
  }

  /// Nothing more is shown.
  func hush() { state.withLock { $0.isShown = false } }

  /// The last line, once all is read; a child that outlives the command is not waited for.
  var last: String {
    if ended.wait(timeout: .now() + 0.5) == .success { ended.signal() }
    let lines = state.withLock { $0.text }.split(whereSeparator: \.isNewline)
    return lines.last.map { $0.trimmingCharacters(in: .whitespaces) } ?? ""
  }
}
