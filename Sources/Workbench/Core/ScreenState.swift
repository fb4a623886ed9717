import Plotting
import RunEvents

/// The screen: the view, the dialog in front of it, the size, the time, and how every view draws curves.
package struct ScreenState: Equatable, Sendable {
  package internal(set) var view = WorkbenchView.dashboard
  /// The view to which ESC and `?` lead back from the help screen.
  var viewBeforeHelp = WorkbenchView.dashboard
  package internal(set) var dialog: Dialog?
  package internal(set) var notice: Notice?
  package internal(set) var width = 80
  package internal(set) var height = 24
  /// Seconds of a monotonic clock at the last tick.
  package internal(set) var now = 0.0
  /// Seconds since 1970 at the last tick that told them.
  package internal(set) var wall: Double?
  /// Whether the mouse is asked for; otherwise it selects text, which terminals do by themselves.
  package internal(set) var usesMouse = false
  package internal(set) var isLogarithmic = false
  package internal(set) var smoothing = CurveSmoothing.automatic
  package internal(set) var stepRange = StepRange.soFar

  mutating func tell(_ text: String, isWarning: Bool = false) {
    notice = Notice(text: text, isWarning: isWarning, until: now + Notice.seconds)
  }

  /// Takes the time, in seconds of a monotonic clock, and drops a notice that stood long enough.
  mutating func pass(to seconds: Double) {
    now = max(now, seconds)
    if let notice, notice.until <= now { self.notice = nil }
  }

  /// Lines of a list that fit.
  var page: Int { max(1, height - 6) }

  mutating func toggleHelp() {
    if view == .help {
      view = viewBeforeHelp
    } else {
      viewBeforeHelp = view
      view = .help
    }
  }

  /// Shows the next or the previous view; the first follows the last.
  mutating func show(_ views: [WorkbenchView], by delta: Int) {
    let from = view == .help ? viewBeforeHelp : view
    let index = views.firstIndex(of: from) ?? (delta > 0 ? -1 : 0)
    view = views[(index + delta + views.count) % views.count]
  }

  mutating func toggleLogarithmic() {
    isLogarithmic.toggle()
    tell(isLogarithmic ? "logarithmic loss" : "linear loss")
  }

  mutating func cycleSmoothing() {
    smoothing = smoothing.next
    tell(smoothing == .automatic ? "smoothing follows the steps shown" : "smoothing \(smoothing.rawValue)")
  }

  mutating func cycleStepRange() {
    stepRange = stepRange.next
    tell("steps shown: \(stepRange.rawValue)")
  }
}
