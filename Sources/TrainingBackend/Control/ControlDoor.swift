import Dispatch
import Foundation
import Sessions

/// The socket at which viewers knock. Where the process has no descriptor to spare, they wait outside, and the door is
/// looked after again and again instead of without end. Confined to the queue that it is made with.
final class ControlDoor {
  let path: String
  private let queue: DispatchQueue
  private let source: any DispatchSourceRead
  private var isSuspended = false
  private var isShut = false
  private var pause: BackOff?

  /// Descriptors that the run itself may need at once: pictures, a checkpoint, the store.
  private static let reserve = 32
  private static let longestPause = 5.0

  /// - Parameters:
  ///   - admit: receives an accepted socket.
  ///   - full: called when viewers have to wait outside, once, with the reason, and with nil when that is over.
  init(
    at path: String, queue: DispatchQueue, admit: @escaping (Int32) -> Void, full: @escaping (String?) -> Void
  ) throws(SocketError) {
    let descriptor = try ControlSocket.listen(at: path)
    self.path = path
    self.queue = queue
    source = DispatchSource.makeReadSource(fileDescriptor: descriptor, queue: queue)
    source.setCancelHandler { Glibc.close(descriptor) }
    nonisolated(unsafe) let admit = admit
    nonisolated(unsafe) let full = full
    source.setEventHandler { [weak self] in self?.open(descriptor, admit, full) }
  }

  func activate() { source.activate() }

  /// Nobody comes in any more, and the socket's file is gone.
  func shut() {
    guard !isShut else { return }
    isShut = true
    unlink(path)
    source.cancel()
    // One that is suspended would never come to its end.
    if isSuspended { source.resume() }
    isSuspended = false
  }

  private func open(_ descriptor: Int32, _ admit: (Int32) -> Void, _ full: (String?) -> Void) {
    while !isShut {
      guard Self.hasDescriptorsToSpare else { return wait(for: EMFILE, full) }
      let accepted = accept(descriptor, nil, nil)
      if accepted < 0 {
        switch errno {
        case EINTR, ECONNABORTED: continue
        case EAGAIN: return
        default: return wait(for: errno, full)
        }
      }
      if pause != nil {
        pause = nil
        full(nil)
      }
      _ = fcntl(accepted, F_SETFD, FD_CLOEXEC)
      admit(accepted)
    }
  }

  private func wait(for number: Int32, _ full: (String?) -> Void) {
    if pause == nil { full(String(cString: strerror(number))) }
    pause = pause ?? BackOff(most: Self.longestPause)
    pause?.failed()
    isSuspended = true
    source.suspend()
    nonisolated(unsafe) let door = self
    queue.asyncAfter(deadline: .now() + (pause?.delay ?? 1)) {
      guard door.isSuspended else { return }
      door.isSuspended = false
      door.source.resume()
    }
  }

  /// Whether the process may open so many more files that the run would not notice a viewer.
  private static var hasDescriptorsToSpare: Bool {
    var limit = rlimit()
    guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return true }
    // The listing itself takes one, and names two that are no files.
    guard let listing = opendir("/proc/self/fd") else { return errno == ENOENT }
    defer { closedir(listing) }
    var open = 0
    while readdir(listing) != nil { open += 1 }
    return open + reserve <= Int(clamping: limit.rlim_cur)
  }
}
