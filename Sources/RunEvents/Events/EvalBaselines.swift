/// What a score is held against: chance, the untrained student and the teacher, judged by the same evaluation on the
/// same pictures. Scores lie in 0...1.
package struct EvalBaselines: Codable, Equatable, Sendable {
  /// What always answering one class would score.
  package enum Chance: String, Codable, Sendable {
    /// 1 / classes: they are about equally frequent.
    case classes
    /// The share of the most frequent class.
    case majority
    /// What calling every pixel the commonest class scores.
    case pixels
  }

  /// Pictures that the score is of.
  package var pictures: Int
  package var chance: Double
  package var chanceOf: Chance
  /// nil: not measured.
  package var untrained: Double?
  package var teacher: Teacher?

  /// A teacher on its own features.
  package struct Teacher: Equatable, Sendable {
    /// Name of the guidance.
    package var name: String
    package var score: Double
    /// Whether its features went through its projection after its final norm.
    package var isProjected: Bool

    package init(name: String, score: Double, isProjected: Bool) {
      self.name = name
      self.score = score
      self.isProjected = isProjected
    }
  }

  package init(
    pictures: Int, chance: Double, chanceOf: Chance = .classes, untrained: Double? = nil, teacher: Teacher? = nil
  ) {
    self.pictures = pictures
    self.chance = chance
    self.chanceOf = chanceOf
    self.untrained = untrained
    self.teacher = teacher
  }

  /// How much more frequent than the mean of all classes one may be while they count as equally frequent.
  private static let largestEvenShare = 1.25

  /// - Parameters:
  ///   - largestClass: pictures of the most frequent class.
  ///   - classes: how many there are.
  package init(pictures: Int, largestClass: Int, classes: Int) {
    let even = 1 / Double(max(classes, 1))
    let largest = Double(largestClass) / Double(max(pictures, 1))
    let isEven = largest <= even * Self.largestEvenShare
    self.init(pictures: pictures, chance: isEven ? even : largest, chanceOf: isEven ? .classes : .majority)
  }

  /// The 95% confidence interval of a score, by the number of pictures; nil where it is no share of them.
  package func interval(of score: Double) -> ScoreInterval? {
    chanceOf == .pixels ? nil : ScoreInterval(score, of: pictures)
  }

  enum CodingKeys: String, CodingKey, CaseIterable {
    case chance, teacher
    case pictures = "test_pictures"
    case low = "score_low"
    case high = "score_high"
    case chanceOf = "chance_of"
    case untrained = "untrained_score"
    case aboveUntrained = "above_untrained"
    case teacherScore = "teacher_score"
    case teacherFeatures = "teacher_features"
    case aboveTeacher = "above_teacher"
  }

  private static let (projected, plain) = ("projected", "final norm")

  package init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    pictures = try values.decode(Int.self, forKey: .pictures)
    chance = try values.decode(Double.self, forKey: .chance)
    chanceOf = try values.decode(Chance.self, forKey: .chanceOf)
    untrained = try values.decodeIfPresent(Double.self, forKey: .untrained)
    if let name = try values.decodeIfPresent(String.self, forKey: .teacher) {
      teacher = Teacher(
        name: name, score: try values.decode(Double.self, forKey: .teacherScore),
        isProjected: try values.decode(String.self, forKey: .teacherFeatures) == Self.projected)
    }
  }

  package func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(pictures, forKey: .pictures)
    try values.encode(chance, forKey: .chance)
    try values.encode(chanceOf, forKey: .chanceOf)
    try values.encodeIfPresent(untrained, forKey: .untrained)
    guard let teacher else { return }
    try values.encode(teacher.name, forKey: .teacher)
    try values.encode(teacher.score, forKey: .teacherScore)
    try values.encode(teacher.isProjected ? Self.projected : Self.plain, forKey: .teacherFeatures)
  }

  /// The same beside a score, with what follows from the two: the interval and the differences.
  package func encode(to encoder: any Encoder, with score: Double) throws {
    try encode(to: encoder)
    var values = encoder.container(keyedBy: CodingKeys.self)
    let interval = interval(of: score)
    try values.encodeIfPresent(interval?.low, forKey: .low)
    try values.encodeIfPresent(interval?.high, forKey: .high)
    try values.encodeIfPresent(untrained.map { score - $0 }, forKey: .aboveUntrained)
    try values.encodeIfPresent(teacher.map { score - $0.score }, forKey: .aboveTeacher)
  }
}
