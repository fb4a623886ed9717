import RunEvents

extension LiveEdit {
  /// Why a text is no such value; nil where it may be one. The engine has the last word.
  func problem(_ text: String) -> String? {
    let isWord = choices.contains(text)
    let isFit =
      switch kind {
      case .choice: isWord
      case .number: isWord || (Double(text).map { $0 > 0 && $0.isFinite } ?? false)
      case .count: Int(text).map { $0 >= 0 } ?? false
      case .amount: Self.isAmount(text)
      }
    return isFit ? nil : "\"\(text)\" does not fit: it must be \(allowed)"
  }

  private static func isAmount(_ text: String) -> Bool {
    if text.hasSuffix("%") { return Double(text.dropLast()).map { $0 > 0 && $0 < 100 } ?? false }
    if let count = Int(text) { return count > 0 }
    return Double(text).map { $0 > 0 && $0 < 1 } ?? false
  }
}
