import Datasets
import RunEvents

/// The texts that stand for a class: templates with the class's name in them.
struct ClassTemplates {
  let texts: (_ name: String) -> [String]

  /// - Parameter templates: `{}` stands for the name in each.
  init(_ templates: [String]) {
    texts = { name in
      let name = name.split { $0 == "_" }.joined(separator: " ")
      return templates.map { template in
        guard let gap = template.range(of: "{}") else { return template }
        return template.replacingCharacters(in: gap, with: name)
      }
    }
  }

  private init(texts: @escaping (String) -> [String]) { self.texts = texts }

  /// Those that captions of drawn scenes have, with an article before the name.
  static var scenes: ClassTemplates {
    ClassTemplates { name in SceneCaption.templates.map { SceneCaption.fill($0, with: name) } }
  }
}
