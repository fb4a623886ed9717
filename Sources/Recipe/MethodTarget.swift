/// What a method predicts where a session says nothing else.
package enum MethodTarget: Equatable, Sendable {
  /// The features of the session's teachers.
  case teachers
  /// What is computed from each picture alone.
  case computed(TargetKind)
  /// The codes of a tokenizer that comes with the program, by its name.
  case codes(String)
  /// The student's own features, by a slow average of its weights.
  case average

  /// Name of the target in a session, and in lists; nil: that of a teacher.
  package var name: String? {
    switch self {
    case .teachers: nil
    case .computed(let kind): kind.rawValue
    case .codes(let tokenizer): tokenizer
    case .average: "self"
    }
  }
}
