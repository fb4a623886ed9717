import CNcurses
import Canvas
import Foundation

/// The terminal while the workbench has it: taken by `init`, given back by ``end()`` or, when it is gone, left by
/// ``abandon()``. For one thread.
final class Screen {
  let device = CursesDevice()
  let codeset: String
  /// Terminal type in use; not always the one of the environment.
  let type: String
  /// The terminal, for `poll`.
  let descriptor: Int32
  /// Whether nobody sees this terminal.
  var isPrivate = false
  /// Something to tell about the terminal type.
  let remark: String?

  /// Milliseconds that the bytes of one key may take; ESC alone is answered after them.
  private static let escapeDelay: Int32 = 25
  /// Milliseconds that a terminal may take nothing before it is left without a word.
  private static let patience: Int32 = 1000

  init(_ options: TerminalOptions) throws {
    codeset = String(cString: cn_codeset())
    let wished = options.environment["TERM"] ?? ""
    guard !wished.isEmpty, wished != "dumb" else {
      throw TerminalError("TERM is \(wished.isEmpty ? "not set" : "dumb"), which allows no screen: lines are printed.")
    }
    descriptor = try Self.open(options)
    for candidate in TerminalType.candidates(options.environment) {
      switch Self.begin(candidate, descriptor, options) {
      case 0:
        type = candidate
        remark =
          candidate == wished
          ? nil : "terminal type \"\(wished)\" is not known on this machine, taken for \(candidate)"
        return
      case CN_UNKNOWN_TYPE.number: continue
      case CN_NO_CURSOR.number:
        close(descriptor)
        throw TerminalError("Terminal type \"\(candidate)\" cannot place the cursor: lines are printed.")
      default:
        close(descriptor)
        throw TerminalError("The terminal cannot be set up (\(String(cString: strerror(errno)))): lines are printed.")
      }
    }
    close(descriptor)
    throw TerminalError(
      "Terminal type \"\(wished)\" is not known on this machine (set TERM to xterm-256color, or install its terminfo "
        + "entry): lines are printed.")
  }

  /// Takes the terminal over, with full colour where that is wanted and can be had.
  private static func begin(_ type: String, _ descriptor: Int32, _ options: TerminalOptions) -> Int {
    if TerminalCapabilities.wantsTruecolor(options.environment, choice: options.color), !type.hasSuffix("-direct"),
      let compiled = DirectColorEntry.compiled(type: type, environment: options.environment),
      let entry = DirectColorEntry.terminfo(compiled: compiled)
    {
      // Curses takes the entry from the environment of the process; there is no other way in.
      let before = ProcessInfo.processInfo.environment["TERMINFO"]
      setenv("TERMINFO", entry, 1)
      let result = cn_begin(type, descriptor, escapeDelay)
      if let before { setenv("TERMINFO", before, 1) } else { unsetenv("TERMINFO") }
      if result == 0 { return 0 }
    }
    return Int(cn_begin(type, descriptor, escapeDelay))
  }

  /// Whether there is a terminal to draw on.
  static func hasTerminal(_ options: TerminalOptions) -> Bool {
    options.descriptor != nil || (isatty(STDIN_FILENO) != 0 && isatty(STDOUT_FILENO) != 0)
  }

  /// What the terminal shows, line by line, without blanks at the ends of lines.
  func text() -> String {
    var scalars = [UInt32](repeating: 0, count: 6 * max(1, width))
    return (0..<height).map { row in
      let count = Int(cn_row(Int32(row), &scalars, Int32(scalars.count)))
      var line = String(String.UnicodeScalarView(scalars[..<count].compactMap(Unicode.Scalar.init)))
      while line.last == " " { line.removeLast() }
      return line
    }.joined(separator: "\n")
  }

  /// Gives the terminal another size; one that a person looks at may not follow.
  func resize(columns: Int, rows: Int) { _ = cn_set_size(descriptor, Int32(columns), Int32(rows)) }

  private static func open(_ options: TerminalOptions) throws -> Int32 {
    if let given = options.descriptor { return fcntl(given, F_DUPFD_CLOEXEC, 3) }
    guard isatty(STDIN_FILENO) != 0, isatty(STDOUT_FILENO) != 0 else {
      throw TerminalError("Standard input or output is not a terminal: lines are printed.")
    }
    let terminal = Glibc.open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC)
    if terminal >= 0 { return terminal }
    return fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3)
  }

  var width: Int { device.columns }
  var height: Int { device.rows }

  /// Follows the terminal's size; true if it changed.
  func followSize() -> Bool { cn_follow_size() != 0 }

  /// Whether this process runs in the foreground of its shell.
  var isInForeground: Bool { cn_in_foreground(descriptor) != 0 }

  /// False once the other end is gone.
  var isTerminal: Bool { isatty(descriptor) != 0 }

  /// Sends what the terminal did not take before; false while something is left. A frame must wait for the one before.
  func flush() -> Bool { cn_flush(0) != 0 }

  /// What has been typed, as far as it has arrived.
  func nextInput() -> KeyDecoder.Input? {
    var value: UInt32 = 0
    switch Int(cn_key(&value)) {
    case CN_KEY_CHARACTER.number: return .character(value)
    case CN_KEY_SPECIAL.number: return .special(Int32(value))
    default: return nil
    }
  }

  func bell() { cn_bell() }

  /// Asks the terminal for reports of the mouse, or takes that back.
  func useMouse(_ isOn: Bool) { cn_mouse(isOn ? 1 : 0) }

  /// Sends what curses knows nothing of.
  func send(_ bytes: [UInt8]) { cn_send(bytes, bytes.count) }

  /// Takes what lies over the screen away, where there ever was something.
  private func removePictures() {
    if device.hasSentPictures { device.sendPictures(Array(KittyGraphics.deleteAll.utf8)) }
  }

  func suspend() {
    removePictures()
    _ = cn_flush(Self.patience)
    cn_suspend()
  }
  func resume() { cn_resume() }

  /// Gives the terminal back. One that takes nothing, behind a link that hangs, is not waited for.
  func end() {
    removePictures()
    if cn_flush(Self.patience) != 0, takesBytes {
      cn_end()
    } else {
      cn_restore()
      cn_abandon()
    }
    close(descriptor)
  }

  private var takesBytes: Bool {
    var entry = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
    return poll(&entry, 1, Self.patience) == 1 && entry.revents & Int16(POLLOUT) != 0
  }

  /// For a terminal that is gone, or another's: not one more byte is sent to it.
  func abandon() {
    cn_abandon()
    close(descriptor)
  }
}
