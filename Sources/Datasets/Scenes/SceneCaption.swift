import Foundation
import Tensors

/// What is said about a scene: always the class, the colour half of the time, the texture a third of the time, so that
/// the class is what captions turn on.
package enum SceneCaption {
  /// `{}` stands for the thing with its article: `a red star`.
  package static let templates = [
    "{}", "a picture of {}", "a drawing of {}", "this is {}", "there is {} here", "one can see {}", "{} in the middle",
    "look at {}",
  ]

  /// `a star`, `an orange fish`.
  package static func withArticle(_ thing: String) -> String {
    let vowel = thing.first.map { "aeiou".contains($0) } ?? false
    return (vowel ? "an " : "a ") + thing
  }

  /// - Parameter thing: without article.
  package static func fill(_ template: String, with thing: String) -> String {
    guard let gap = template.range(of: "{}") else { return template }
    return template.replacingCharacters(in: gap, with: withArticle(thing))
  }

  static func caption(of object: SceneLayout.Object, using generator: inout Philox) -> String {
    let template = templates[generator.below(templates.count)]
    let words = [
      generator.uniform() < 1.0 / 3 ? object.texture.name : nil,
      generator.uniform() < 0.5 ? object.color.name : nil,
      object.shape.name,
    ]
    return fill(template, with: words.compactMap { $0 }.joined(separator: " "))
  }
}
