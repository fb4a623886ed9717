import RunEvents

/// Everything that can change a ``WorkbenchState``.
package enum WorkbenchAction: Sendable {
  case event(RunEvent)
  case key(Key)
  case pointer(PointerEvent)
  /// Seconds of a monotonic clock, and the time of day in seconds since 1970.
  case tick(Double, wall: Double? = nil)
  case resize(width: Int, height: Int)
  /// What the terminal turned out to show, or shows with another theme: ``WorkbenchOptions/showsPictureColors`` and
  /// ``WorkbenchOptions/canShowPixels``.
  case canShow(pictureColors: Bool, pixels: Bool)
  /// A theme that cannot be used, and why: another one is taken.
  case themeRefused(String, reason: String)
  /// Something that this front end could not do, in one sentence.
  case warn(String)
  /// The answer of the run store.
  case history(RunHistory, for: HistoryRequest)
  case historyFailed(HistoryRequest, reason: String)
  /// The answers to ``WorkbenchEffect/open(_:)``.
  case opened(OpenedRun)
  case openingFailed(RunReference, reason: String)
  /// A line that some library wrote to the standard error stream while the screen was taken.
  case log(String)
}
