import Foundation

/// A picture that a run makes of a preview, with the words that stand beside it: views draw it by these.
package struct DescribedPicture: Codable, Equatable, Sendable {
  /// A word or two; tells the pictures of a preview apart.
  package var title: String
  /// The same in as few words as fit a narrow screen.
  package var brief: String
  /// One sentence: what it shows, and what of it is not the model's own.
  package var help: String
  /// As many bytes as the preview's pixels, RGB, row by row from the top.
  package var rgb: Data

  package init(title: String, brief: String, help: String, rgb: Data) {
    self.title = title
    self.brief = brief
    self.help = help
    self.rgb = rgb
  }
}
