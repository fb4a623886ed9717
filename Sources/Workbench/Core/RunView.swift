import Canvas
import Plotting
import RunEvents

/// What a child of the workbench reads beside itself: the run, the screen with its size and its time, and what the
/// terminal can do. A child never changes it.
package struct RunView {
  let options: WorkbenchOptions
  let watched: WatchedRun
  let screen: ScreenState

  var run: RunDescription? { watched.description }
  var now: Double { screen.now }

  /// Whether a machine is watched and no run (``WorkbenchOptions/machine``).
  var isMonitor: Bool { options.isMonitor }

  /// Whether the run can still take commands.
  var isLive: Bool {
    switch watched.state {
    case .preparing, .running, .paused, .stopping: !isMonitor
    case .finished, .failed: false
    }
  }

  /// Whether the run has ended, and its newest checkpoint can be judged from here.
  var judgesCheckpoint: Bool {
    run != nil && !isLive && options.opensRuns && options.attachment == WorkbenchOptions.readOnly
  }

  /// Whether the run can be told to do something now, or why not.
  func runCommandAvailability(_ verb: String) -> Availability {
    switch watched.state {
    case .preparing: run == nil ? .disabled(reason: "the run is being prepared: nothing to \(verb) yet") : .enabled
    case .running, .paused: .enabled
    case .stopping: .disabled(reason: "the run is stopping")
    case .finished: .disabled(reason: "the run has ended")
    case .failed: .disabled(reason: "the run has failed")
    }
  }

  /// Columns of a step number, so that columns do not move while it grows.
  var stepColumns: Int { max(4, String(max(watched.totalSteps, watched.step)).count) }

  /// The screen between header and footer, without the banner, counted from the screen's upper left corner; nil if the
  /// screen is too small for any view.
  var body: Rect? { ScreenLayout(width: screen.width, height: screen.height)?.divided(for: watched).body }
}
