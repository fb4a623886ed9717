/// A picture that a task makes of a preview, with the words that stand beside it: a reconstruction.
package struct ShownPicture: Equatable, Sendable {
  /// A word or two.
  package var title: String
  /// The same in as few words as fit a narrow screen.
  package var brief: String
  /// One sentence: what it shows, and what of it is not the model's own.
  package var help: String
  /// As many bytes as the preview's pixels, RGB, row by row from the top.
  package var rgb: [UInt8]

  package init(title: String, brief: String, help: String, rgb: [UInt8]) {
    self.title = title
    self.brief = brief
    self.help = help
    self.rgb = rgb
  }
}
