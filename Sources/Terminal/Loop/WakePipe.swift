import CNcurses
import Foundation
import Synchronization

/// Wakes a thread that waits in `poll`: any thread rings, one waits and answers. Never blocks the one who rings.
final class WakePipe: Sendable {
  /// Readable once someone rang; -1 if the system gave no pipe (the waiting thread then relies on its time limit).
  let descriptor: Int32
  private let bell: Int32
  private let hasRung = Atomic(false)

  init() {
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else {
      (descriptor, bell) = (-1, -1)
      return
    }
    (descriptor, bell) = (ends[0], ends[1])
    for end in ends {
      _ = fcntl(end, F_SETFD, FD_CLOEXEC)
      _ = cn_set_nonblocking(end)
    }
  }

  deinit {
    if descriptor >= 0 { close(descriptor) }
    if bell >= 0 { close(bell) }
  }

  func ring() {
    guard !hasRung.exchange(true, ordering: .acquiringAndReleasing) else { return }
    var byte: UInt8 = 1
    _ = write(bell, &byte, 1)
  }

  /// To be called before what was rung for is looked at.
  func answer() {
    var bytes = [UInt8](repeating: 0, count: 16)
    while read(descriptor, &bytes, bytes.count) > 0 {}
    hasRung.store(false, ordering: .releasing)
  }
}
