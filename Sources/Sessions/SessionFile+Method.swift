import Recipe

/// What a session has by its method where it says nothing else.
extension SessionFile {
  /// - Parameter written: the method of the file, whatever the command line asks for.
  mutating func resolveMethod(origins: [String: SettingNode.Origin], written: MethodKind) {
    let recipe = objective.method.recipe
    let before = written.recipe
    for part in MethodPart.all
    where origins[part.key] == nil || (part.differs(recipe, before) && gives(way: part.key, origins)) {
      part.take(recipe, &self)
    }
    if let blocks = recipe.mask.blocks, origins["mask.minimum"] == nil, student.patchSize > 0 {
      mask.minimum = max(1, mask.maskedCount(of: student.patches) / blocks)
    }
    let asksForStart = guidance.start.isEmpty || gives(way: "guidance.start", origins)
    if let target = recipe.target.name, let weights = TeacherSettings.Weights(recipe.target) {
      let own = guidance.teachers.first { $0.weights == weights || $0.name == target }
      let name = own?.name ?? target
      // A tokenizer of one's own takes the place of the one that comes with the program.
      if own == nil, asksForStart || !weights.isShipped {
        // A session that lists no teachers has none beside the method's own target.
        let isListed = origins.keys.contains { $0.hasPrefix("guidance.") && $0 != "guidance.start" }
        guidance.teachers = [TeacherSettings(name: name, weights: weights)] + (isListed ? guidance.teachers : [])
      }
      if asksForStart { guidance.start = name }
    }
    if guidance.start.isEmpty { guidance.start = guidance.teachers.first?.name ?? "" }
    let mixed = GuidanceMixture.parts(of: guidance.start)
    if mixed.contains(TeacherSettings.ownName), guidance.teacher(named: TeacherSettings.ownName) == nil {
      guidance.teachers.append(TeacherSettings(name: TeacherSettings.ownName, weights: .average))
    }
    guard mixed.count > 1 else { return }
    // What may be changed while the run goes on is there to be seen.
    for place in guidance.teachers.indices where mixed.contains(guidance.teachers[place].name) {
      guidance.teachers[place].share = guidance.teachers[place].share ?? 1
    }
  }

  /// Whether a value of the file gives way to a method that the command line asks for.
  private func gives(way key: String, _ origins: [String: SettingNode.Origin]) -> Bool {
    guard case .argument? = origins["objective.method"], case .line? = origins[key] else { return false }
    return true
  }
}

extension TeacherSettings.Weights {
  /// Of a method's own target; nil where it has none.
  fileprivate init?(_ target: MethodTarget) {
    switch target {
    case .teachers: return nil
    case .computed(let kind): self = .computed(kind)
    case .codes(let tokenizer): self = .shipped(tokenizer)
    case .average: self = .average
    }
  }

  fileprivate var isShipped: Bool { if case .shipped = self { true } else { false } }
}

/// A value of a session that a method has a word in.
private struct MethodPart {
  let key: String
  /// Whether two methods have it otherwise: a file's value was written with the file's method in mind.
  let differs: (MethodRecipe, MethodRecipe) -> Bool
  let take: (MethodRecipe, inout SessionFile) -> Void

  init<Value: Equatable>(
    _ key: String, _ place: WritableKeyPath<SessionFile, Value>, _ value: @escaping (MethodRecipe) -> Value
  ) {
    self.key = key
    differs = { value($0) != value($1) }
    take = { recipe, session in session[keyPath: place] = value(recipe) }
  }

  static var all: [MethodPart] {
    [
      MethodPart("objective.encoding", \.objective.encoding) { $0.encoding },
      MethodPart("objective.head", \.objective.head) { $0.head },
      MethodPart("objective.loss", \.objective.loss) { $0.loss },
      MethodPart("objective.tokens", \.objective.tokens) { $0.tokens },
      MethodPart("mask.kind", \.mask.kind) { $0.mask.kind },
      MethodPart("mask.masked", \.mask.masked) { .share($0.mask.share) },
      MethodPart("student.layer_scale", \.student.layerScale) { $0.student.layerScale },
      MethodPart("student.positions", \.student.positions) { $0.student.positions },
      MethodPart("student.relative_position_bias", \.student.relativePositionBias) { $0.student.relativePositionBias },
      MethodPart("student.qkv_bias", \.student.qkvBias) { $0.student.qkvBias },
      MethodPart("student.initial_values", \.student.initialValues) { $0.student.initialValues },
    ]
  }
}
