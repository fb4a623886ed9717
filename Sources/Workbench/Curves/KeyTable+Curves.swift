extension KeyTable {
  static let curvesBindings: [KeyBinding] = [
    curves([.up], .zoomIn, "zoom", "zoom in on the cursor, or on the newest steps", footer: 0),
    curves([.down], .zoomOut, "out", "zoom out"),
    curves([.left], .cursorLeft, "cursor", "read-out cursor to the left, in every pane", footer: 0),
    curves([.right], .cursorRight, "cursor right", "read-out cursor to the right"),
    curves([.character(",")], .panLeft, "pan", "earlier part, a quarter of the width"),
    curves([.character(".")], .panRight, "pan right", "later part"),
    curves([.home], .showAll, "all", "the whole history"),
    curves([.end], .follow, "follow", "the newest part, which follows the run"),
    curves([.character("j")], .nextPane, "pane", "next pane", footer: 14),
    curves([.character("k")], .previousPane, "previous pane", "previous pane"),
    curves([.pageDown], .nextPage, "page", "next page of panes"),
    curves([.pageUp], .previousPage, "previous page", "previous page of panes"),
    curves([.enter], .maximise, "enlarge", "this pane alone, or all again", footer: 14),
    curves([.character("/")], .openFilter, "filter", "show metrics that match a regular expression", footer: 0),
    curves(
      [.character("u")], .cycleAxis, "x axis", "count steps, epochs, seconds of training, or time of day", footer: 14),
    curves([.character("L")], .toggleLogarithmicX, "log x", "logarithmic horizontal axis"),
    curves([.character("b")], .cycleLayers, "layers", "points and smoothed curve, or one of them"),
    curves([.character("G")], .cycleGuides, "guides", "guides from the labels through the plots: off, lines, dots"),
    curves(
      [.character("H")], .cycleDrawing, "heat map, bars",
      "a row of shades for each run, then bars of newest values, then curves"),
    curves([.character("o")], .addOverlay, "overlay", "draw the session's newest other run over this one", footer: 14),
    curves([.character("O")], .clearOverlays, "no overlays", "take the other runs away"),
    curves([.character(">")], .moreColumns, "more columns", "more panes side by side, up to 9"),
    curves([.character("<")], .fewerColumns, "fewer columns", "fewer panes side by side"),
    curves([.character(")")], .moreRows, "more rows", "more rows of panes, up to 9"),
    curves([.character("(")], .fewerRows, "fewer rows", "fewer rows of panes"),
    curves([.character("a"), .character("0")], .automaticGrid, "grid", "as many panes as are legible"),
    KeyBinding(.curveFilter, [.enter], .confirm, "keep", "keep the filter", footer: 1),
    KeyBinding(.curveFilter, [.backspace, .delete], .eraseCharacter, "erase", "erase a character", footer: 2),
    KeyBinding(.curveFilter, [.control("u")], .clearText, "clear", "erase everything", footer: 3),
    KeyBinding(.curveFilter, [.escape, .control("c")], .back, "cancel", "leave the filter as it was", footer: 4),
  ]

  private static func curves(
    _ keys: [Key], _ command: CurvesCommand, _ name: String, _ help: String, footer: Int? = nil
  ) -> KeyBinding {
    KeyBinding(.view(.curves), keys, .curves(command), name, help, footer: footer)
  }
}
