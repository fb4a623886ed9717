import Files
import Foundation

/// The tokenizer of the small teacher that ships with the project: whole words from a short list, for captions made of
/// few words.
///
/// Number 0 pads, 1 starts, 2 ends, 3 stands for every word not on the list; the list's words follow.
package struct WordTokenizer: Tokenizer, Codable, Equatable {
  /// Words on the list, lower case, in the order of their numbers.
  package let words: [String]
  private let numbers: [String: Int32]

  private static let reserved = 4
  package static let unknownToken: Int32 = 3
  package let startToken: Int32 = 1
  package let endToken: Int32 = 2
  package var vocabularySize: Int { Self.reserved + words.count }

  /// - Parameter words: repeats are dropped.
  package init(words: [String]) {
    var numbers: [String: Int32] = [:]
    var list: [String] = []
    for word in words.map({ $0.lowercased() }) where numbers[word] == nil {
      numbers[word] = Int32(Self.reserved + list.count)
      list.append(word)
    }
    self.words = list
    self.numbers = numbers
  }

  /// The list of all words of some captions, in alphabetical order.
  package init(captions: some Sequence<String>) {
    self.init(words: Set(captions.flatMap(Self.split)).sorted())
  }

  /// Reads what ``write(to:)`` wrote: `{"words": [...]}`.
  package init(_ url: URL) throws {
    guard let list = try JSONValue.read(url)["words"]?.array else {
      throw CheckpointError.file(url.path, "has no list named words, write it as {\"words\": [\"a\", \"red\", ...]}")
    }
    let words = list.compactMap(\.string)
    guard words.count == list.count else {
      throw CheckpointError.file(url.path, "holds something other than text under words, write every word as text")
    }
    self.init(words: words)
  }

  /// Writes `{"words": [...]}`.
  package func write(to url: URL) throws {
    do { try writeFile(JSONEncoder().encode(self), to: url.path) } catch {
      throw CheckpointError.file(url.path, "cannot be written, check that the folder exists and is writable")
    }
  }

  package func tokens(_ text: String) -> [Int32] { Self.split(text).map { numbers[$0] ?? Self.unknownToken } }

  private static func split(_ text: String) -> [String] {
    text.lowercased().split { !$0.isLetter && !$0.isNumber }.map(String.init)
  }

  private enum CodingKeys: String, CodingKey { case words }

  package init(from decoder: any Decoder) throws {
    self.init(words: try decoder.container(keyedBy: CodingKeys.self).decode([String].self, forKey: .words))
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(words, forKey: .words)
  }
}
