extension RunDescription {
  /// What a run that follows no guidance is known by: `task teach-dino`, `method dino`.
  package var activity: String {
    let method = configuration?.first { $0.key == "objective.method" }?.value
    guard guidances.isEmpty, let method, task == nil || task == "pretrain" else { return "task \(task ?? "")" }
    return "method \(method)"
  }
}
