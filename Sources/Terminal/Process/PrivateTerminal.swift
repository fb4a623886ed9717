import CNcurses
import Foundation

/// A terminal that nobody looks at, for scripts if there is none: what is sent to it is read and dropped.
final class PrivateTerminal {
  /// The end that the program uses.
  let descriptor: Int32
  private let reader: DispatchSourceRead

  static let columns = 80
  static let rows = 24

  /// nil if the system gives no pseudo terminal.
  init?() {
    var other: Int32 = -1
    descriptor = cn_open_pseudo_terminal(&other)
    guard descriptor >= 0 else { return nil }
    let end = other
    _ = cn_set_nonblocking(end)
    _ = cn_set_size(descriptor, Int32(Self.columns), Int32(Self.rows))
    reader = DispatchSource.makeReadSource(fileDescriptor: end, queue: DispatchQueue(label: "mvp.script"))
    let handler: @Sendable () -> Void = {
      var buffer = [UInt8](repeating: 0, count: 4096)
      while read(end, &buffer, buffer.count) > 0 {}
    }
    reader.setEventHandler(handler: handler)
    let finish: @Sendable () -> Void = { close(end) }
    reader.setCancelHandler(handler: finish)
    reader.activate()
  }

  deinit {
    reader.cancel()
    close(descriptor)
  }
}
