/// What numbers are called elsewhere, and here.
enum ImportedName {
  private static let steps: Set<String> = [
    "step", "_step", "global_step", "train/global_step", "trainer/global_step", "iteration", "iter", "it",
  ]
  private static let epochs: Set<String> = ["epoch", "train/epoch"]
  private static let times: Set<String> = ["time", "_timestamp", "timestamp", "wall_time", "wall time"]
  /// By the names that BEiT, MAE, DINO, EVA, timm and this program's exports have for them.
  private static let known = [
    "train_loss": "loss", "train/loss": "loss", "loss/train": "loss", "loss_train": "loss", "training_loss": "loss",
    "train_lr": "lr", "train/lr": "lr", "learning_rate": "lr", "train/learning_rate": "lr",
    "train_grad_norm": "grad_norm", "train/grad_norm": "grad_norm", "gradient_norm": "grad_norm",
  ]
  /// Numbers that say nothing of a step, and names that steps have for something else.
  private static let left: Set<String> = [
    "n_parameters", "_runtime", "relative time (process)", "relative time (wall)", "total_steps", "elapsed_seconds",
    "skipped_pictures", "guidance", "version", "event", "phases",
  ]

  static func isStep(_ name: String) -> Bool { steps.contains(name.lowercased()) }
  static func isEpoch(_ name: String) -> Bool { epochs.contains(name.lowercased()) }
  static func isTime(_ name: String) -> Bool { times.contains(name.lowercased()) }

  /// The key of a metric; nil where it is none.
  static func key(_ name: String) -> String? {
    let small = name.lowercased()
    if left.contains(small) || isStep(name) || isEpoch(name) || isTime(name) { return nil }
    if let key = known[small] { return key }
    // What a machine did is no step's.
    if small.hasPrefix("machine/") { return nil }
    for prefix in ["train/", "time/"] where small.hasPrefix(prefix) { return plain(name.dropFirst(prefix.count)) }
    return plain(name[...])
  }

  private static let longest = 64

  private static func plain(_ name: Substring) -> String? {
    let word = name.unicodeScalars.prefix(longest).map { scalar in
      scalar.isASCII
        && (scalar.properties.isAlphabetic || scalar.properties.numericType != nil
          || "_./@-".unicodeScalars.contains(scalar))
        ? Character(scalar) : "_"
    }
    return word.isEmpty ? nil : String(word)
  }
}
