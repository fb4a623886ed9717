/// Turns a caption into the token numbers that a text tower was trained on.
package protocol Tokenizer: Sendable {
  /// Numbers from 0 up to, not including, this.
  var vocabularySize: Int { get }
  var startToken: Int32 { get }
  var endToken: Int32 { get }

  /// The words or word pieces of a text, without start and end.
  func tokens(_ text: String) -> [Int32]
}

extension Tokenizer {
  /// Start, tokens, end, then zeros up to `contextLength`; a longer text is cut so that the end still fits.
  package func encode(_ text: String, contextLength: Int) -> [Int32] {
    let body = tokens(text).prefix(max(contextLength - 2, 0))
    let framed = ([startToken] + body + [endToken]).prefix(max(contextLength, 0))
    return framed + Array(repeating: 0, count: max(contextLength - framed.count, 0))
  }
}
