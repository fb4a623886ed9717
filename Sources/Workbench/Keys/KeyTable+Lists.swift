/// Keys of the views with lists of their own, and of their dialogs.
extension KeyTable {
  static let listBindings: [KeyBinding] = evalListBindings + runListBindings + configBindings + textBindings

  private static let evalListBindings: [KeyBinding] = [
    KeyBinding(
      .view(.evals), [.character("D"), .delete], .evals(.cancel), "cancel",
      "cancel the evaluation that was queued last",
      footer: 0),
    KeyBinding(
      .view(.evals), [.enter], .evals(.open), "open",
      "in mvp attach: watch the run that made the marked evaluation", footer: 0),
  ]

  private static let runListBindings: [KeyBinding] = [
    KeyBinding(
      .view(.runs), [.enter], .runs(.open), "open",
      "watch the marked run instead, where mvp attach shows this one", footer: 0),
    KeyBinding(
      .view(.runs), [.character("r")], .runs(.resume), "resume",
      "in mvp attach: go on with the marked run, which has ended", footer: 2),
    KeyBinding(
      .view(.runs), [.character("f")], .runs(.fork), "fork",
      "in mvp attach: a new run from a checkpoint of it, with other values", footer: 2),
    KeyBinding(
      .view(.runs), [.character("v")], .runs(.mark), "overlay", "lay the marked run over the curves, or no more",
      footer: 0),
    KeyBinding(
      .view(.runs), [.character("P")], .runs(.pin), "pin",
      "keep the marked run first and over the curves, or no more", footer: 0),
    KeyBinding(
      .view(.runs), [.character("d")], .runs(.compare), "compare",
      "compare the marked run with one over the curves, else with the current one", footer: 0),
    KeyBinding(
      .view(.runs), [.character("/")], .runs(.filter), "filter",
      "only some runs, by words or as loss<-0.8 mask.masked=26 -tag:bad", footer: 0),
    KeyBinding(
      .view(.runs), [.character("o")], .runs(.sort), "order",
      "sort by update, creation, name, state, step, loss, score",
      footer: 0),
    KeyBinding(
      .view(.runs), [.character("R")], .runs(.rename), "rename", "give the marked run another name", footer: 2),
    KeyBinding(.view(.runs), [.character("#")], .runs(.tag), "tags", "set the tags of the marked run", footer: 2),
    KeyBinding(.view(.runs), [.character("N")], .runs(.note), "note", "set the note of the marked run", footer: 2),
    KeyBinding(
      .view(.runs), [.character("D"), .delete], .runs(.delete), "delete",
      "delete the marked run with all it wrote, after a question", footer: 2),
    KeyBinding(
      .view(.runs), [.character("A")], .runs(.sessions), "all sessions",
      "list the runs of all sessions, or of this one",
      footer: 1),
    KeyBinding(.view(.runs), [.character("u")], .runs(.reload), "reload", "read the list anew"),
  ]

  private static let configBindings: [KeyBinding] = [
    KeyBinding(
      .view(.config), [.enter], .config(.edit), "change", "change the marked value from the next step on", footer: 0),
    KeyBinding(
      .view(.config), [.character("a")], .config(.toggleLive), "all/live", "all values, or those that may change now",
      footer: 0),
    KeyBinding(
      .view(.config), [.character("/")], .config(.filter), "filter", "only values that hold these words", footer: 0),
  ]

  private static let textBindings: [KeyBinding] = [
    KeyBinding(.textDialog, [.enter], .confirm, "keep", "keep what is typed", footer: 1),
    KeyBinding(.textDialog, [.backspace, .delete], .eraseCharacter, "erase", "erase a character", footer: 2),
    KeyBinding(.textDialog, [.control("u")], .clearText, "clear", "erase everything", footer: 3),
    KeyBinding(.textDialog, [.escape, .control("c")], .back, "cancel", "back, as it was", footer: 4),
    KeyBinding(.deleteDialog, [.character("y")], .confirm, "delete", "delete the run", footer: 1),
    KeyBinding(
      .deleteDialog, [.escape, .character("n"), .character("q"), .enter, .control("c")], .back, "keep", "keep the run",
      footer: 2),
    KeyBinding(.settingDialog, [.left, .down], .decreaseValue, "less", "previous value"),
    KeyBinding(.settingDialog, [.right, .up], .increaseValue, "value", "next value; others are typed", footer: 1),
    KeyBinding(.settingDialog, [.enter], .confirm, "change", "change it from the next step on", footer: 2),
    KeyBinding(.settingDialog, [.backspace, .delete], .eraseCharacter, "erase", "erase a character", footer: 3),
    KeyBinding(.settingDialog, [.escape, .control("c")], .back, "cancel", "back, as it was", footer: 4),
  ]
}
