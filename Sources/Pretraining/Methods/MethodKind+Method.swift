import Models
import Recipe

extension HeadShape {
  /// How a student comes to its predictions by this head, with the encoding that a session has.
  package func method(encoding: EncodingKind) -> any PretrainingMethod {
    switch self {
    case .aggregating: AggregatingMethod()
    case .regressor(let shape): RegressedMethod(shape)
    case .linear, .normed, .decoder: ComposedMethod(encoding: encoding, head: self)
    }
  }
}

extension MethodKind {
  /// The same with a method's own encoding and head, a decoder of the usual size.
  package func method(for student: VisionTransformerConfiguration) -> any PretrainingMethod {
    let head: HeadShape =
      switch recipe.head {
      case .linear: .linear
      case .normed: .normed
      case .linearCLS: .aggregating
      case .decoder: .decoder(.usual(studentWidth: student.width, studentDepth: student.depth))
      case .regressor: .regressor(.usual(studentDepth: student.depth))
      }
    return head.method(encoding: recipe.encoding)
  }
}
