import Tensors

/// What things of a class mostly look like, as trees are mostly green and fish mostly in water. That is what pictures
/// of a class have in common without labels or captions; the outline alone always tells the class. A scene without
/// habits has the outline and place of its main object in common with the one with them.
extension SceneShape {
  /// How often a thing has one of its class's usual colours, and not any colour. More, and pixels alone would give the
  /// class away.
  private static let colorHabit: Float = 0.35
  /// The same for the texture.
  private static let textureHabit: Float = 0.7
  /// The same for the background's pattern.
  private static let patternHabit: Float = 0.6

  var usualColors: [SceneColor] {
    switch self {
    case .arrow: [.black, .blue]
    case .bolt: [.yellow, .cyan]
    case .cross: [.white, .red]
    case .fish: [.cyan, .orange]
    case .heart: [.red, .pink]
    case .house: [.brown, .orange]
    case .key: [.black, .brown]
    case .moon: [.white, .yellow]
    case .mushroom: [.pink, .purple]
    case .ring: [.purple, .orange]
    case .star: [.yellow, .blue]
    case .tree: [.green, .brown]
    }
  }

  var usualTexture: SceneTexture {
    switch self {
    case .moon, .key, .bolt: .plain
    case .tree, .fish, .arrow: .striped
    case .mushroom, .heart, .star: .dotted
    case .house, .ring, .cross: .checkered
    }
  }

  /// One of its own for each class.
  var usualPattern: ScenePattern { ScenePattern.allCases[rawValue] }

  func color(hasHabits: Bool, using generator: inout Philox) -> SceneColor {
    choose(hasHabits ? Self.colorHabit : 0, using: &generator) { usualColors[$0.below(usualColors.count)] }
  }

  func texture(hasHabits: Bool, using generator: inout Philox) -> SceneTexture {
    choose(hasHabits ? Self.textureHabit : 0, using: &generator) { _ in usualTexture }
  }

  func pattern(hasHabits: Bool, using generator: inout Philox) -> ScenePattern {
    choose(hasHabits ? Self.patternHabit : 0, using: &generator) { _ in usualPattern }
  }

  /// A usual choice as often as `habit` says, else any.
  private func choose<Choice: CaseIterable>(
    _ habit: Float, using generator: inout Philox, usual: (inout Philox) -> Choice
  ) -> Choice where Choice.AllCases == [Choice] {
    let any = Choice.allCases[generator.below(Choice.allCases.count)]
    let usual = usual(&generator)
    return generator.uniform() < habit ? usual : any
  }
}
