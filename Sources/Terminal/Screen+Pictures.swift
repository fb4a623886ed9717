import CNcurses
import Foundation

extension Screen {
  /// Seconds within which a terminal answers, links of a slow network included.
  private static let answerTime = 1.0

  /// Whether the terminal shows pictures in pixels; where the answer is not known, it is asked and waited for.
  func showsPictures(_ options: TerminalOptions, _ capabilities: TerminalCapabilities) -> Bool {
    if options.pictures == .kitty { return PictureSupport.isUsable(capabilities) }
    guard !isPrivate,
      PictureSupport.asks(options.pictures, environment: options.environment, capabilities: capabilities)
    else { return false }
    cn_send(KittyGraphics.question, KittyGraphics.question.count)
    var answer = PictureAnswer()
    let end = WorkbenchLoop.now() + Self.answerTime
    while !answer.isComplete {
      let left = end - WorkbenchLoop.now()
      var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
      guard left > 0, poll(&entry, 1, Int32((left * 1000).rounded(.up))) >= 0 || errno == EINTR else { break }
      guard entry.revents != 0 else { continue }
      var byte: UInt8 = 0
      // One by one: what comes behind the answers is for curses to read.
      guard read(descriptor, &byte, 1) == 1 else { break }
      answer.take(byte)
    }
    typedAhead = answer.typed
    return answer.isYes
  }

  /// Takes what lies over the screen away, where there ever was something.
  func removePictures() {
    if device.hasSentPictures { device.sendPictures(Array(KittyGraphics.deleteAll.utf8)) }
  }
}
