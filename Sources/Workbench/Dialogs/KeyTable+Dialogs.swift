/// Keys of the command palette, of the theme list and of the search line.
extension KeyTable {
  static let paletteBindings: [KeyBinding] = [
    KeyBinding(.palette, [.up, .backTab, .control("p")], .selectPrevious, "up", "previous line"),
    KeyBinding(.palette, [.down, .control("n")], .selectNext, "move", "next line", footer: 1, footerKey: "up/down"),
    KeyBinding(.palette, [.tab], .complete, "complete", "complete what is typed from the marked line", footer: 2),
    KeyBinding(.palette, [.enter], .confirm, "do it", "do what the marked line says", footer: 3),
    KeyBinding(.palette, [.backspace, .delete], .eraseCharacter, "erase", "erase a character"),
    KeyBinding(.palette, [.control("u")], .clearText, "clear", "erase everything"),
    KeyBinding(.palette, [.escape, .control("c")], .back, "close", "back to the view", footer: 4),
  ]

  static let maskBindings: [KeyBinding] = [
    KeyBinding(
      .view(.mask), [.character("j")], .nextPanel, "panel", "mark the next panel", footer: 0, footerKey: "j k"),
    KeyBinding(.view(.mask), [.character("k")], .previousPanel, "back", "mark the panel before"),
    KeyBinding(.view(.mask), [.pageDown], .nextPanels, "page", "next page of panels"),
    KeyBinding(.view(.mask), [.pageUp], .previousPanels, "previous page", "previous page of panels"),
    KeyBinding(
      .view(.mask), [.right], .patch(.right), "patch",
      "mark a patch, go right: networks show what is like it", footer: 14,
      footerKey: "arrows"),
    KeyBinding(.view(.mask), [.left], .patch(.left), "patch left", "mark the patch to the left"),
    KeyBinding(.view(.mask), [.up], .patch(.up), "patch up", "mark the patch above"),
    KeyBinding(.view(.mask), [.down], .patch(.down), "patch down", "mark the patch below"),
    KeyBinding(
      .view(.mask), [.character("b")], .attention(.nextBlock), "block",
      "attention of the next block, of CLS or the marked patch", footer: 14, footerKey: "b a w"),
    KeyBinding(.view(.mask), [.character("B")], .attention(.previousBlock), "block before", "of the block before"),
    KeyBinding(
      .view(.mask), [.character("a")], .attention(.nextHead), "head", "attention of the next head, or the mean of all"),
    KeyBinding(.view(.mask), [.character("A")], .attention(.previousHead), "head before", "of the head before"),
    KeyBinding(
      .view(.mask), [.character("w")], .attention(.network), "whose attention",
      "attention of the student, or of the next teacher"),
    KeyBinding(
      .view(.mask), [.character("o")], .toggleOrder, "worst first",
      "pictures by their masked cosine, the worst first, or in the set's order", footer: 14),
    KeyBinding(
      .view(.mask), [.enter, .character("z")], .enlargePanel, "enlarge", "the marked panel alone, or all again",
      footer: 0),
    KeyBinding(
      .view(.mask), [.character(",")], .snapshot(.earlier), "earlier", "how the student did earlier in the run",
      footer: 0,
      footerKey: ", ."),
    KeyBinding(.view(.mask), [.character(".")], .snapshot(.later), "later", "how it did later"),
    KeyBinding(.view(.mask), [.home], .snapshot(.oldest), "oldest", "how it did at first"),
    KeyBinding(.view(.mask), [.end], .snapshot(.newest), "newest", "how it does now"),
    KeyBinding(
      .view(.mask), [.character("i")], .togglePixels, "pixels",
      "pictures in pixels (Kitty's protocol) or in characters", footer: 4),
  ]

  static let themeBindings: [KeyBinding] = [
    KeyBinding(.themes, [.up, .character("k"), .backTab], .selectPrevious, "up", "try the theme above"),
    KeyBinding(
      .themes, [.down, .character("j"), .tab], .selectNext, "try", "try the theme below", footer: 1,
      footerKey: "up/down"),
    KeyBinding(.themes, [.enter], .confirm, "keep", "keep the theme that is shown", footer: 2),
    KeyBinding(
      .themes, [.escape, .character("q"), .control("c")], .back, "back", "back to the theme before", footer: 3),
  ]

  static let searchBindings: [KeyBinding] = [
    KeyBinding(.search, [.enter], .confirm, "keep", "keep the lines found, leave the search line", footer: 1),
    KeyBinding(.search, [.up], .scrollUp, "up", "scroll up"),
    KeyBinding(.search, [.down], .scrollDown, "scroll", "scroll down", footer: 3, footerKey: "up/down"),
    KeyBinding(.search, [.pageUp], .pageUp, "page up", "scroll a page up"),
    KeyBinding(.search, [.pageDown], .pageDown, "page down", "scroll a page down"),
    KeyBinding(.search, [.backspace, .delete], .eraseCharacter, "erase", "erase a character"),
    KeyBinding(.search, [.control("u")], .clearText, "clear", "erase everything"),
    KeyBinding(.search, [.escape, .control("c")], .back, "all lines", "every line again", footer: 4),
  ]
}
