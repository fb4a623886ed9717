/// What stands in front of the views and takes the keys.
package enum Dialog: Equatable, Sendable {
  case quit(QuitDialog)
  case evals(EvalDialog)
  case palette(PaletteState)
  case themes(ThemePicker)
  /// The line under the log or the help in which a search is typed.
  case search
  /// A regular expression for the metrics of the curves, which are shown by it while it is typed.
  case curveFilter(TextField)
  /// A line of text about a run, or the filter of the list.
  case runText(RunTextDialog)
  /// Whether the run of that name is to be deleted.
  case deleteRun(String)
  /// A value of the session.
  case setting(ConfigEdit)
}
