import Foundation

/// Cuts a text as transformers' CLIPTokenizer does: the marks `<|startoftext|>` and `<|endoftext|>` are taken out
/// first; the rest is composed, lower-cased and split by `'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+`.
enum WordSplitter {
  private static let contractions = ["'s", "'t", "'re", "'ve", "'m", "'ll", "'d"].map { Array($0.unicodeScalars) }

  private enum Kind {
    case space, letter, number, sign

    init(_ scalar: Unicode.Scalar) {
      switch scalar.properties.generalCategory {
      case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter: self = .letter
      case .decimalNumber, .letterNumber, .otherNumber: self = .number
      default: self = scalar.properties.isWhitespace ? .space : .sign
      }
    }
  }

  static func words(_ text: String) -> [String] {
    var words: [String] = []
    var rest = text[...]
    while let mark = firstMark(in: rest) {
      words += unmarkedWords(String(rest[..<mark.lowerBound])) + [String(rest[mark])]
      rest = rest[mark.upperBound...]
    }
    return words + unmarkedWords(String(rest))
  }

  private static func firstMark(in text: Substring) -> Range<Substring.Index>? {
    [BytePairTokenizer.start, BytePairTokenizer.end].compactMap { text.firstRange(of: $0) }
      .min { $0.lowerBound < $1.lowerBound }
  }

  private static func unmarkedWords(_ text: String) -> [String] {
    let composed = text.precomposedStringWithCanonicalMapping
    let scalars = composed.unicodeScalars.flatMap { Array($0.properties.lowercaseMapping.unicodeScalars) }
    let kinds = scalars.map(Kind.init)
    var words: [String] = []
    var i = 0
    while i < scalars.count {
      var end = i + 1
      if let contraction = contractions.first(where: { scalars[i...].starts(with: $0) }) {
        end = i + contraction.count
      } else {
        switch kinds[i] {
        case .space:
          i = end
          continue
        case .number: break
        case .letter, .sign: while end < scalars.count, kinds[end] == kinds[i] { end += 1 }
        }
      }
      var word = String.UnicodeScalarView()
      word.append(contentsOf: scalars[i..<end])
      words.append(String(word))
      i = end
    }
    return words
  }
}
