import Foundation

/// `SESSIONS/NAME/locks/RUN.reserve`: a little room on the disk that a run keeps while it goes on, and gives up when it
/// ends on a full one, so that its end can still be recorded.
struct RunReserve {
  static let suffix = ".reserve"
  private static let bytes = 256 << 10

  let path: String
  private var isHeld = false

  init(path: String) { self.path = path }

  /// Takes the room. A disk that has none now is full already, and the run goes on without.
  mutating func take() {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard descriptor >= 0 else { return }
    defer { close(descriptor) }
    isHeld = posix_fallocate(descriptor, 0, Self.bytes) == 0
    if !isHeld { unlink(path) }
  }

  /// Gives the room back; whether there was any.
  mutating func give() -> Bool {
    guard isHeld else { return false }
    isHeld = false
    return unlink(path) == 0
  }
}
