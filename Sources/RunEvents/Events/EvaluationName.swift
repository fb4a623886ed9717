/// What an evaluation is called: its kind, and behind a slash the set of pictures that it is made on, where these are
/// not the usual ones: `knn/stamps`.
package struct EvaluationName: Equatable, Hashable, Sendable {
  private static let separator: Character = "/"

  package var kind: String
  /// nil: the usual pictures.
  package var set: String?

  package init(kind: String, set: String?) {
    self.kind = kind
    self.set = set
  }

  package init(_ text: String) {
    let parts = text.split(separator: Self.separator, maxSplits: 1, omittingEmptySubsequences: false)
    kind = String(parts.first ?? "")
    set = parts.count > 1 ? String(parts[1]) : nil
  }

  package var text: String { self.set.map { "\(kind)\(Self.separator)\($0)" } ?? kind }
}

extension EvaluationDescription {
  /// The same kind on a set of pictures; on the usual ones where there is none.
  package func on(_ set: String?) -> EvaluationDescription {
    guard let set else { return self }
    var description = self
    description.kind = EvaluationName(kind: kind, set: set).text
    description.earlierKind = earlierKind.map { EvaluationName(kind: $0, set: set).text }
    description.title = "\(title) \(set)"
    description.shortTitle = set
    return description
  }
}

extension [EvaluationDescription] {
  /// The description of an evaluation by its name, of today or of earlier, on whatever set; nil where there is no such
  /// kind.
  package func named(_ text: String) -> EvaluationDescription? {
    if let own = first(where: { $0.isNamed(text) }) { return own }
    let name = EvaluationName(text)
    return name.set.flatMap { set in first { $0.isNamed(name.kind) }?.on(set) }
  }
}
