/// A choice that a session can make: one enum with one raw value, which stands in sessions, model files, checkpoints
/// and JSON lines.
package protocol Choice: RawRepresentable<String>, CaseIterable, Codable, Sendable {}

/// A choice with words that earlier versions wrote into files; they are still read.
package protocol RenamedChoice: Choice {
  /// Earlier word to case.
  static var earlierWords: [String: Self] { get }
}

extension RenamedChoice {
  package init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let word = try container.decode(String.self)
    guard let choice = Self(rawValue: word) ?? Self.earlierWords[word] else {
      throw DecodingError.dataCorruptedError(
        in: container,
        debugDescription: "\(word) is none of \(Self.allCases.map(\.rawValue).joined(separator: ", "))")
    }
    self = choice
  }
}
