import CNcurses
import Files
import Foundation
import Workbench

extension WorkbenchLoop {
  /// Does the script's next commands, once the screen shows what came before them.
  func playScript() {
    guard outcome == nil, !isSuspended, unsentSince == nil else { return }
    while let turn = script?.turn(now: Self.now(), step: state.step, screen: screen.text) {
      switch turn {
      case .wait: return
      case .press(let key):
        press(key)
        drawIfDue()
      case .resize(let columns, let rows):
        screen.resize(columns: columns, rows: rows)
        followSize()
        drawIfDue()
      case .dump(let path): dump(path)
      case .quit:
        leaveAfterScript()
      case .end:
        script = nil
        // Where nobody looks, nobody would ever leave.
        if screen.isPrivate { leaveAfterScript() }
      case .fail(let text): fail(text)
      }
      if outcome != nil || unsentSince != nil { return }
    }
  }

  /// A run of this process ends with the script, one of another process goes on.
  private func leaveAfterScript() {
    if options.ownsRun { send(.stop(checkpoint: false)) }
    outcome = options.attachment == nil ? .ended : .detached
  }

  private func dump(_ path: String) {
    clock.want(.now)
    drawIfDue()
    do {
      try writeFile(Data((screen.text() + "\n").utf8), to: expandingHome(path))
    } catch {
      fail("The screen cannot be written to \(path) (\(error)).")
    }
  }

  private func fail(_ text: String) {
    scriptFailure = ScriptError(text)
    outcome = .abandoned
  }
}
