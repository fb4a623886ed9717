/// The line on which a filter of curves or charts is typed; they are shown by it meanwhile.
extension TextField {
  mutating func reduceFilter(_ command: WorkbenchCommand) -> Outcome {
    switch command {
    case .eraseCharacter: erase()
    case .clearText: clear()
    case .confirm:
      guard text.isEmpty || (try? Regex(text)) != nil else {
        return .tell("\"\(text)\" is no regular expression", isWarning: true)
      }
      return Outcome.request(.filterCurves(text)).closing()
    default: break
    }
    return .nothing
  }
}
