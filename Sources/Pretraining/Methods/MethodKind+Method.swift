import Models
import Recipe

extension MethodKind {
  /// How a student comes to its predictions by this method, with the encoding and the head that a session has.
  package func method(encoding: EncodingKind, head: HeadShape) -> any PretrainingMethod {
    switch head {
    case .aggregating: AggregatingMethod()
    case .regressor(let shape): RegressedMethod(shape)
    case .linear, .normed, .decoder: ComposedMethod(encoding: encoding, head: head)
    }
  }
}

extension MethodKind {
  /// The same with the method's own encoding and head, a decoder of the usual size.
  package func method(for student: VisionTransformerConfiguration) -> any PretrainingMethod {
    let head: HeadShape =
      switch recipe.head {
      case .linear: .linear
      case .normed: .normed
      case .linearCLS: .aggregating
      case .decoder: .decoder(.usual(studentWidth: student.width, studentDepth: student.depth))
      case .regressor: .regressor(.usual(studentDepth: student.depth))
      }
    return method(encoding: recipe.encoding, head: head)
  }
}
