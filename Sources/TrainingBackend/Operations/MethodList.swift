import Recipe

/// The methods of pre-training that there are, part by part: `mvp methods`, and the table of the README.
package struct MethodList: Encodable, Sendable {
  package let methods = MethodKind.allCases.map(Entry.init)

  package init() {}

  /// Words of `objective.method`.
  package static let names = MethodKind.allCases.map(\.rawValue)

  /// Those that mask patches and predict targets.
  package static let masking = MethodKind.allCases.filter(\.followsTargets).map(\.rawValue)

  /// nil where there is no such method.
  package static func method(named name: String) -> MethodKind? { MethodKind(rawValue: name) }

  package struct Entry: Encodable, Sendable {
    /// As `objective.method` has it.
    package let name: String
    package let encoding: String
    package let mask: String
    /// Of all patches.
    package let masked: Double
    /// `teacher`, `self` (the student's own average), what is computed from the picture, or a tokenizer that comes with
    /// the program.
    package let target: String
    package let head: String
    package let loss: String
    package let tokens: String
    /// What a run needs beside pictures, in words.
    package let needs: String
    package let paper: String

    init(_ kind: MethodKind) {
      let (recipe, about) = (kind.recipe, kind.about)
      name = kind.rawValue
      let masks = kind.followsTargets
      encoding = masks ? recipe.encoding.rawValue : "crops"
      mask = masks ? recipe.mask.kind.rawValue : "none"
      masked = masks ? recipe.mask.share : 0
      target = recipe.target.name ?? "teacher"
      head = masks ? recipe.head.rawValue : "prototypes"
      loss = masks ? recipe.loss.rawValue : "cross_entropy"
      tokens = masks ? recipe.tokens.rawValue : "cls"
      needs = about.needs
      paper = about.paper
    }

    /// In the order of ``MethodList/titles``.
    package var cells: [String] {
      let percent = Int((100 * masked).rounded())
      return [name, encoding, masked > 0 ? "\(mask) \(percent)%" : mask, target, head, loss, tokens, needs, paper]
    }
  }

  package static let titles = [
    "method", "encoding", "mask", "target", "head", "loss", "tokens", "needs", "paper",
  ]

  /// The table as the README has it.
  package var markdown: String {
    let head = [
      "| \(MethodList.titles.joined(separator: " | ")) |", "|" + MethodList.titles.map { _ in "---|" }.joined(),
    ]
    let rows = methods.map { method in
      "| `\(method.name)` | \(method.cells.dropFirst().joined(separator: " | ")) |"
    }
    return (head + rows).map { $0 + "\n" }.joined()
  }

  /// The same for columns of text, titles first.
  package var rows: [[String]] { [MethodList.titles.map { $0.uppercased() }] + methods.map(\.cells) }
}
