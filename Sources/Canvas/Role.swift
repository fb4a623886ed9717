/// What a cell means. Themes map roles to colours and attributes; nothing above `Terminal` knows a colour.
///
/// Raw values are the keys of theme files.
public enum Role: String, CaseIterable, Sendable {
  /// Ordinary text and numbers.
  case text
  /// Names of numbers, units, hints: less than text.
  case dim
  /// Titles of panes and dialogs.
  case title
  /// Lines around panes.
  case border
  /// Lines around the pane or dialog that takes the keys.
  case focus
  case good
  case warning
  case bad
  /// What the eye should find first.
  case accent
  /// Guidance by CLIP.
  case clip
  /// Guidance by DINO.
  case dino
  /// Single points of a curve.
  case curveRaw = "curve-raw"
  /// The smoothed curve.
  case curveSmooth = "curve-smooth"
  /// Range between least and greatest points.
  case band
  /// Vertical lines at events, ticks and axes.
  case marker
  /// Masked patches.
  case masked
  /// The status footer.
  case status
  /// A key in a footer, menu or help screen.
  case key
  /// The selected line of a menu or list.
  case selection
  case series1 = "series-1"
  case series2 = "series-2"
  case series3 = "series-3"
  case series4 = "series-4"
}
