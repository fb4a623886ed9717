import Recipe

/// What a session has by its method where it says nothing else.
extension SessionFile {
  mutating func resolveMethod(origins: [String: SettingNode.Origin]) {
    let recipe = objective.method.recipe
    if origins["objective.loss"] == nil || gives(way: "objective.loss", origins) { objective.loss = recipe.loss }
    if origins["objective.tokens"] == nil || gives(way: "objective.tokens", origins) {
      objective.tokens = recipe.tokens
    }
    if let parts = recipe.parts { take(parts, origins) }
    if let target = recipe.target {
      let own = guidance.teachers.first { $0.weights == .computed(target) }
      let name = own?.name ?? target.rawValue
      if own == nil {
        // A session that lists no teachers has none beside the method's own target.
        let isListed = origins.keys.contains { $0.hasPrefix("guidance.") && $0 != "guidance.start" }
        guidance.teachers =
          [TeacherSettings(name: name, weights: .computed(target))] + (isListed ? guidance.teachers : [])
      }
      if guidance.start.isEmpty || gives(way: "guidance.start", origins) { guidance.start = name }
    }
    if guidance.start.isEmpty { guidance.start = guidance.teachers.first?.name ?? "" }
  }

  private mutating func take(_ parts: RecipeParts, _ origins: [String: SettingNode.Origin]) {
    if origins["student.layer_scale"] == nil { student.layerScale = parts.layerScale }
    if origins["student.positions"] == nil { student.positions = parts.positions }
    if origins["student.relative_position_bias"] == nil { student.relativePositionBias = parts.relativePositionBias }
    if origins["student.qkv_bias"] == nil { student.qkvBias = parts.qkvBias }
    if origins["mask.masked"] == nil { mask.masked = .share(parts.masked) }
    if origins["mask.minimum"] == nil, student.patchSize > 0 {
      mask.minimum = max(1, mask.maskedCount(of: student.patches) / parts.blocks)
    }
  }

  /// Whether a value of the file gives way to a method that the command line asks for.
  private func gives(way key: String, _ origins: [String: SettingNode.Origin]) -> Bool {
    guard case .argument? = origins["objective.method"], case .line? = origins[key] else { return false }
    return true
  }
}
