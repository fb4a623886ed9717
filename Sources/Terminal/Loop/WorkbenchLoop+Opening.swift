import RunEvents
import Workbench

extension WorkbenchLoop {
  /// How long the screen may go on showing the run before, until the first event of the next one: an empty frame
  /// between would flicker.
  private static let patience = 0.3

  /// Puts a run on the screen that has been connected to. Nothing is given back to the terminal meanwhile.
  func takeOpenings() {
    for answer in openings.drain() {
      clock.want(.now)
      switch answer.result {
      case .failure(let failure):
        reduceAndPerform(.openingFailed(answer.reference, reason: failure.reason))
      case .success(let opened):
        inbox.watch(source: opened.source)
        loads.forget()
        hasRunEnded = false
        send = opened.connection.send
        reduceAndPerform(
          .opened(
            OpenedRun(
              reference: opened.reference, attachment: opened.connection.attachment,
              canDetach: opened.connection.canDetach)))
        opened.connection.begin()
        firstEventBy = Self.now() + Self.patience
      }
    }
  }

  /// Whether the frame of a run that has just been opened still lacks the run.
  var awaitsFirstEvent: Bool {
    guard let limit = firstEventBy else { return false }
    if state.run == nil, Self.now() < limit { return true }
    firstEventBy = nil
    return false
  }
}
