extension KeyTable {
  static let ablationBindings: [KeyBinding] = [
    ablation([.enter], .open, "open", "watch the marked run instead, where mvp attach shows this one", footer: 0),
    ablation([.left], .previousSeed, "previous seed", "the cell's run of the seed before"),
    ablation([.right], .nextSeed, "seed", "the cell's run of the next seed", footer: 0, footerKey: "left/right"),
    ablation([.character("v")], .nextKind, "score", "scores of the next kind of evaluation", footer: 1),
    ablation([.character(",")], .older, "older", "the ablation before", footer: 2),
    ablation([.character(".")], .newer, "newer", "the ablation after", footer: 2),
    ablation([.character("u")], .reload, "reload", "read the ablations anew"),
  ]

  private static func ablation(
    _ keys: [Key], _ command: AblationCommand, _ name: String, _ help: String, footer: Int? = nil,
    footerKey: String? = nil
  ) -> KeyBinding {
    KeyBinding(.view(.ablation), keys, .ablation(command), name, help, footer: footer, footerKey: footerKey)
  }
}
