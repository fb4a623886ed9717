extension KeyTable {
  static let systemBindings: [KeyBinding] = [
    system(
      [.character("v")], .openCurves, "curves", "the machine's charts among the curves, with zoom, cursor and overlays",
      footer: 0),
    system([.enter], .enlarge, "charts", "charts alone, or with what the machine does now", footer: 0),
    system([.pageDown], .nextPage, "page", "next page of charts", footer: 1),
    system([.pageUp], .previousPage, "previous page", "previous page of charts"),
    system([.up], .shorter, "shorter window", "charts show less before the newest sample"),
    system([.down], .longer, "window", "charts show more before the newest sample", footer: 2, footerKey: "up/down"),
    system([.character("/")], .filter, "filter", "charts that match a regular expression", footer: 1),
  ]

  private static func system(
    _ keys: [Key], _ command: SystemCommand, _ name: String, _ help: String, footer: Int? = nil,
    footerKey: String? = nil
  ) -> KeyBinding {
    KeyBinding(.view(.system), keys, .system(command), name, help, footer: footer, footerKey: footerKey)
  }
}
