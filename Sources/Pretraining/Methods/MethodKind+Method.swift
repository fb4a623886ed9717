import Models
import Recipe

extension MethodKind {
  /// How a student comes to its predictions by this method, with the encoding and the head that a session has.
  package func method(encoding: EncodingKind, head: HeadShape) -> any PretrainingMethod {
    switch self {
    case .mvp, .meanColour, .mae, .maskfeat, .beit, .beit2, .peco:
      head == .aggregating ? AggregatingMethod() : ComposedMethod(encoding: encoding, head: head)
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
      }
    return method(encoding: recipe.encoding, head: head)
  }
}
