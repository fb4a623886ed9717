/// Which three channels stand for red, green and blue where something that knows colours alone looks at pictures of
/// another number of channels: a teacher, or a screen.
package enum ChannelView {
  /// Channels of a picture of colours.
  package static let colours = 3

  /// What is shown where nobody has chosen: grey repeated, of more the first three; of two the first.
  /// - Returns: three channels, from 0 on.
  package static func usual(of channels: Int) -> [Int] { channels < colours ? [0, 0, 0] : [0, 1, 2] }

  /// In words for titles and logs; nil where there is nothing to say, as a picture of colours is shown whole.
  package static func words(of channels: Int, shown: [Int]? = nil) -> String? {
    switch channels {
    case 3: nil
    case 1: "grey"
    case 2: shown == nil ? "channel 0 of 2" : words(shown ?? [], of: channels)
    default: words(shown ?? usual(of: channels), of: channels)
    }
  }

  private static func words(_ shown: [Int], of channels: Int) -> String {
    "channels \(shown.map(String.init).joined(separator: ", ")) of \(channels)"
  }
}
