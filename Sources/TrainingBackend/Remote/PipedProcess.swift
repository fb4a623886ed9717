import Foundation

/// A process whose standard streams are pipes of this one.
final class PipedProcess: Sendable {
  let number: pid_t
  /// Ends of the pipes here.
  let input: Int32
  let output: Int32
  let errors: Int32

  /// - Parameter hasTerminal: whether it may ask at this process's terminal; else it has a session of its own.
  /// - Throws: `POSIXError` where it cannot be started.
  init(_ command: [String], hasTerminal: Bool) throws {
    var pipes: [[Int32]] = []
    func closeAll() { pipes.joined().forEach { _ = close($0) } }
    for _ in 0..<3 {
      var ends: [Int32] = [-1, -1]
      guard pipe(&ends) == 0 else {
        let number = errno
        closeAll()
        throw POSIXError(POSIXErrorCode(rawValue: number) ?? .EIO)
      }
      for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
      pipes.append(ends)
    }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, pipes[0][0], 0)
    posix_spawn_file_actions_adddup2(&actions, pipes[1][1], 1)
    posix_spawn_file_actions_adddup2(&actions, pipes[2][1], 2)
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    // Signals that this program passes over are its own affair.
    var usual = sigset_t()
    sigemptyset(&usual)
    for signal in [SIGPIPE, SIGXFSZ] { sigaddset(&usual, signal) }
    posix_spawnattr_setsigdefault(&attributes, &usual)
    var flags = Int32(POSIX_SPAWN_SETSIGDEF)
    if !hasTerminal { flags |= Self.ownSession }
    posix_spawnattr_setflags(&attributes, Int16(flags))
    var words: [UnsafeMutablePointer<CChar>?] = command.map { strdup($0) }
    words.append(nil)
    defer { words.forEach { free($0) } }
    var process = pid_t(0)
    let failure = posix_spawnp(&process, command.first ?? "", &actions, &attributes, words, environ)
    for end in [pipes[0][0], pipes[1][1], pipes[2][1]] { close(end) }
    (number, input, output, errors) = (process, pipes[0][1], pipes[1][0], pipes[2][0])
    guard failure == 0 else {
      for end in [input, output, errors] { close(end) }
      throw POSIXError(POSIXErrorCode(rawValue: failure) ?? .EIO)
    }
  }

  /// `POSIX_SPAWN_SETSID` of glibc 2.26, which Glibc's module does not have.
  private static let ownSession: Int32 = 0x80

  deinit { for end in [input, output, errors] { close(end) } }

  /// Ends it and waits for that.
  /// - Returns: its exit status, or 128 and the signal's number.
  @discardableResult
  func end() -> Int32 {
    kill(number, SIGTERM)
    return wait()
  }

  /// Waits for its end: five seconds; then it is made to.
  func wait() -> Int32 {
    var status: Int32 = 0
    for attempt in 0..<600 {
      let result = waitpid(number, &status, WNOHANG)
      if result == number || (result < 0 && errno != EINTR) { break }
      if attempt == 500 { kill(number, SIGKILL) }
      usleep(10_000)
    }
    return status & 0x7F == 0 ? (status >> 8) & 0xFF : 128 + (status & 0x7F)
  }
}
