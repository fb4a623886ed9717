import Dispatch
import Foundation

/// A process that has attached itself to the run, at the other end of a socket. Confined to the queue that it is made
/// with.
///
/// Nothing here ever waits for the other side: what it does not take is kept, and one that lets too much of it gather
/// is cut off. It may attach itself anew, and is then told how things stand.
final class Viewer {
  let process: Int?
  /// Whether what is written waits.
  var isHeld = false {
    didSet { if !isHeld { flush() } }
  }
  private let descriptor: Int32
  private let queue: DispatchQueue
  private let input: any DispatchSourceRead
  private var incoming = LineBuffer(limit: Viewer.longestLine)
  private var outgoing: [UInt8] = []
  private var isRetrying = false
  private var isGone = false

  /// Bytes of the longest command.
  private static let longestLine = 65_536
  /// Bytes that may wait for a viewer that takes none: one that was stopped, or whose link hangs.
  private static let patience = 8 << 20
  private static let retryMilliseconds = 20

  /// - Parameters:
  ///   - descriptor: an accepted socket, which belongs to the viewer from now on.
  ///   - take: receives every line.
  ///   - left: called once, when the other side is gone or was cut off.
  init(
    descriptor: Int32, queue: DispatchQueue, take: @escaping (Viewer, String) -> Void,
    left: @escaping (Viewer) -> Void
  ) {
    self.descriptor = descriptor
    self.queue = queue
    process = ControlSocket.peer(of: descriptor)
    ControlSocket.setNonblocking(descriptor)
    input = DispatchSource.makeReadSource(fileDescriptor: descriptor, queue: queue)
    input.setCancelHandler { close(descriptor) }
    input.setEventHandler { [weak self] in
      guard let self else { return }
      let lines = read()
      for line in lines ?? [] { take(self, line) }
      if lines == nil {
        end()
        left(self)
      }
    }
    input.activate()
  }

  /// Sends a line, now or when the other side takes it.
  func write(_ line: String) {
    guard !isGone else { return }
    outgoing.append(contentsOf: line.utf8)
    outgoing.append(UInt8(ascii: "\n"))
    flush()
    // Reading then comes to its end, by which the viewer is dropped.
    if outgoing.count > Self.patience { shutdown(descriptor, Int32(SHUT_RDWR)) }
  }

  /// Sends what is left, waits a moment where it must, and parts.
  func finish(seconds: Double) {
    let end = ContinuousClock.now + .seconds(seconds)
    isHeld = false
    while !isGone, !outgoing.isEmpty, ContinuousClock.now < end {
      flush()
      var entry = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
      if !outgoing.isEmpty { poll(&entry, 1, Int32(Self.retryMilliseconds)) }
    }
    self.end()
  }

  func end() {
    guard !isGone else { return }
    isGone = true
    outgoing = []
    input.cancel()
  }

  /// What has come; nil at the end.
  private func read() -> [String]? {
    var lines: [String] = []
    var piece = [UInt8](repeating: 0, count: 16_384)
    while !isGone {
      let count = Glibc.read(descriptor, &piece, piece.count)
      if count > 0 {
        guard let more = piece.withUnsafeBytes({ incoming.take(UnsafeRawBufferPointer(rebasing: $0[..<count])) }) else {
          return nil
        }
        lines += more
      } else if count < 0, errno == EINTR {
        continue
      } else if count < 0, errno == EAGAIN {
        return lines
      } else {
        // Its last words count too.
        return lines.isEmpty ? nil : lines
      }
    }
    return lines
  }

  private func flush() {
    while !isGone, !isHeld, !outgoing.isEmpty {
      let count = outgoing.withUnsafeBytes { send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
      if count > 0 {
        outgoing.removeFirst(count)
      } else if errno == EAGAIN {
        return retryLater()
      } else if errno != EINTR {
        outgoing = []
        return
      }
    }
  }

  private func retryLater() {
    guard !isRetrying else { return }
    isRetrying = true
    nonisolated(unsafe) let viewer = self
    queue.asyncAfter(deadline: .now() + .milliseconds(Self.retryMilliseconds)) {
      viewer.isRetrying = false
      viewer.flush()
    }
  }
}
