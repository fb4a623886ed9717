import Tensors

/// What things of a class mostly look like, as trees are mostly green and fish mostly in water. That is what pictures of a class have in
/// common without labels or captions; with one of the two only, or neither, a picture is still of its class by its outline.
extension SceneShape {
  /// How often a thing has one of its class's usual colours, and not any colour. More, and pixels alone would give the class away.
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

  func color(using generator: inout Philox) -> SceneColor {
    let any = SceneColor.allCases[generator.below(SceneColor.allCases.count)]
    let usual = usualColors[generator.below(usualColors.count)]
    return generator.uniform() < Self.colorHabit ? usual : any
  }

  func texture(using generator: inout Philox) -> SceneTexture {
    let any = SceneTexture.allCases[generator.below(SceneTexture.allCases.count)]
    return generator.uniform() < Self.textureHabit ? usualTexture : any
  }

  func pattern(using generator: inout Philox) -> ScenePattern {
    let any = ScenePattern.allCases[generator.below(ScenePattern.allCases.count)]
    return generator.uniform() < Self.patternHabit ? usualPattern : any
  }
}
