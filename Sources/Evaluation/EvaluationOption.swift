import RunEvents

/// An option of a kind of evaluation, with the type of its value.
package struct EvaluationOption<Value: Sendable>: Sendable {
  package let description: OptionDescription
  /// Where nobody gives a value.
  let usual: Value
  /// The value of texts that the description allows.
  let value: @Sendable ([String]) -> Value?
}

extension EvaluationOption where Value == Int {
  static func whole(
    _ name: String, _ help: String, in range: ClosedRange<Int>, usual: Int, steps: [String]
  ) -> EvaluationOption {
    EvaluationOption(
      description: OptionDescription(
        name: name, help: help, values: .whole(range), usual: String(usual), steps: steps), usual: usual,
      value: { $0.first.flatMap { Int($0) } })
  }
}

extension EvaluationOption where Value == [Int] {
  /// One number or several; the first is the main one.
  static func wholes(
    _ name: String, _ help: String, in range: ClosedRange<Int>, usual: Int, steps: [String]
  ) -> EvaluationOption {
    EvaluationOption(
      description: OptionDescription(
        name: name, help: help, values: .whole(range), most: mostValues, usual: String(usual), steps: steps),
      usual: [usual], value: { $0.compactMap { Int($0) } })
  }
}

extension EvaluationOption where Value == Double {
  static func number(
    _ name: String, _ help: String, in range: ClosedRange<Double>, usual: Double, steps: [String]
  ) -> EvaluationOption {
    EvaluationOption(
      description: OptionDescription(
        name: name, help: help, values: .number(range), usual: "\(usual)", steps: steps), usual: usual,
      value: { $0.first.flatMap { Double($0) } })
  }
}

extension EvaluationOption where Value == [Double] {
  /// One number, or several, of which the evaluation chooses one; so it does of `choices` where nobody gives any.
  static func numbers(
    _ name: String, _ help: String, in range: ClosedRange<Double>, choosingFrom choices: [Double], steps: [String]
  ) -> EvaluationOption {
    EvaluationOption(
      description: OptionDescription(name: name, help: help, values: .number(range), most: mostValues, steps: steps),
      usual: choices, value: { $0.compactMap { Double($0) } })
  }
}

extension EvaluationOption where Value == String {
  /// One of several words, the first where nobody gives one.
  static func choice(_ name: String, _ help: String, of words: [String]) -> EvaluationOption {
    let usual = words.first ?? ""
    return EvaluationOption(
      description: OptionDescription(name: name, help: help, values: .choice(words), usual: usual, steps: words),
      usual: usual, value: { $0.first })
  }
}

extension EvaluationOption where Value == String? {
  /// Any text, or none.
  static func text(_ name: String, _ help: String) -> EvaluationOption {
    EvaluationOption(
      description: OptionDescription(name: name, help: help, values: .text), usual: nil, value: { $0.first })
  }
}

/// Values that one option may have at a time.
private let mostValues = 64
