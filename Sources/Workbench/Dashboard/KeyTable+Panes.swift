extension KeyTable {
  static let paneBindings: [KeyBinding] = [
    panes([.character("j")], .next, "pane", "choose the next pane; the keys below are for it"),
    panes([.character("k")], .previous, "previous pane", "choose the pane before"),
    panes(
      [.right], .borderRight, "border right", "move the border beside the pane to the right", footer: 0,
      footerKey: "arrows", footerName: "size"),
    panes([.left], .borderLeft, "border left", "move the border beside the pane to the left"),
    panes([.up], .borderUp, "border up", "move the border between the rows up"),
    panes([.down], .borderDown, "border down", "move the border between the rows down"),
    panes([.character("0")], .resetSizes, "sizes", "all panes as large as at first"),
    panes([.enter, .character("z")], .alone, "alone", "the pane alone, or all again", footer: 0),
    panes([.character("H")], .hide, "hide", "hide the pane", footer: 0),
    panes([.character("a")], .showAll, "all panes", "show all panes again", footer: 0),
  ]

  private static func panes(
    _ keys: [Key], _ command: PanesCommand, _ name: String, _ help: String, footer: Int? = nil,
    footerKey: String? = nil, footerName: String? = nil
  ) -> KeyBinding {
    KeyBinding(
      .view(.dashboard), keys, .panes(command), name, help, footer: footer, footerKey: footerKey,
      footerName: footerName)
  }
}
