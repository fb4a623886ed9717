import RunEvents

/// What a terminal and a person bring to the workbench; fixed while it runs, but for what the terminal tells late and
/// what concerns the run that is watched.
package struct WorkbenchOptions: Equatable, Sendable {
  /// Names of the themes that `t` goes through.
  package var themes: [String]
  package var theme: String
  package var refreshHz: Int
  /// Whether pictures may be drawn in colours of their own. Without, they are drawn in shades of characters.
  package var showsPictureColors: Bool
  /// Whether the terminal can show pictures in pixels.
  package var canShowPixels: Bool
  /// Whether the run lives in another process or can be handed over to one, so that leaving need not end it.
  package var canDetach: Bool
  /// Where the run lives, if not in this process: `attached to process 4711`. nil: here.
  package var attachment: String?
  /// Its word for a run that has ended and is read from its store, whose newest checkpoint can be judged.
  package static let readOnly = "read-only"
  /// Whether `.open` is answered: the run lives elsewhere, and another one can take its place on the screen.
  package var opensRuns: Bool
  /// Whether lists of all sessions have the runs of other machines, too; they come first then.
  package var listsHosts: Bool
  /// Name of the machine that is watched in place of a run; nil: a run is watched.
  package var machine: String?
  var isMonitor: Bool { machine != nil }
  /// Whether `.loadHistory` is answered.
  package var loadsHistory: Bool
  /// Seconds that local time is ahead of UTC.
  package var utcOffset: Double
  /// The kinds of evaluation that this program knows, for runs whose program did not describe theirs.
  package var evaluations: [EvaluationDescription]

  package init(
    themes: [String] = ["default"], theme: String = "default", refreshHz: Int = 5, showsPictureColors: Bool = false,
    canShowPixels: Bool = false, canDetach: Bool = false, attachment: String? = nil, opensRuns: Bool = false,
    listsHosts: Bool = false, machine: String? = nil,
    loadsHistory: Bool = false, utcOffset: Double = 0, evaluations: [EvaluationDescription] = []
  ) {
    self.themes = themes
    self.theme = theme
    self.refreshHz = refreshHz
    self.showsPictureColors = showsPictureColors
    self.canShowPixels = canShowPixels
    self.canDetach = canDetach
    self.attachment = attachment
    self.opensRuns = opensRuns
    self.listsHosts = listsHosts
    self.machine = machine
    self.loadsHistory = loadsHistory
    self.utcOffset = utcOffset
    self.evaluations = evaluations
  }
}
