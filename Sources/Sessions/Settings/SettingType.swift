import Foundation
import Recipe
import RunEvents

/// How a value is written in a session: what is allowed in words, how to read it, how to write it.
struct SettingType<Value> {
  /// Completes "it must be ...".
  let wanted: String
  /// Nil where the node holds no such value.
  let read: (SettingNode) -> Value?
  let write: (Value) -> SettingNode
  /// The words that may stand there, if there are a few; others may be allowed beside them.
  var choices: [String] = []
  /// What is meant by words that mean one of those elsewhere.
  var wordsElsewhere: [String: String] = [:]
}

extension SettingType where Value == Int {
  static func integer(_ range: ClosedRange<Int>) -> SettingType {
    SettingType(
      wanted: "a whole number from \(range.lowerBound) to \(range.upperBound)",
      read: { $0.wholeNumber.flatMap { range.contains($0) ? $0 : nil } }, write: { .number($0) })
  }

  /// Steps, of which a run has no more.
  static func steps(from least: Int) -> SettingType { integer(least...ScheduleSettings.mostSteps) }
}

extension SettingType where Value == PlaneSize {
  /// A whole number for a square, `[height, width]` for a rectangle.
  static func size(_ range: ClosedRange<Int>) -> SettingType {
    SettingType(
      wanted: "a whole number from \(range.lowerBound) to \(range.upperBound), or [height, width], two of them",
      read: { node in
        let sides: [Int?]
        switch node.content {
        case .list(let items) where items.count == 2: sides = items.map(\.wholeNumber)
        case .scalar: sides = [node.wholeNumber, node.wholeNumber]
        case .list, .empty, .map: return nil
        }
        guard let height = sides[0], let width = sides[1], range.contains(height), range.contains(width) else {
          return nil
        }
        return PlaneSize(height: height, width: width)
      },
      write: { size in
        size.isSquare ? .number(size.height) : SettingNode(.list([.number(size.height), .number(size.width)]))
      })
  }
}

extension SettingType where Value == UInt64 {
  static var seed: SettingType {
    SettingType(
      wanted: "a whole number of at least 0",
      read: { node in
        if case .scalar(let text, _) = node.content {
          UInt64(text.replacingOccurrences(of: "_", with: ""))
        } else {
          nil
        }
      },
      write: { SettingNode(.scalar(String($0), isText: false)) })
  }
}

/// A number's ends. There are always two: what is finite but absurd (a rate of 1e308) makes numbers that are not.
enum NumberRange {
  /// The lower end does not belong to it, the upper does.
  case over(Double, upTo: Double)
  /// Both ends belong to it.
  case between(Double, Double)
  /// The lower end belongs to it, the upper does not.
  case below(Double, Double)

  var wanted: String {
    func text(_ value: Double) -> String {
      if case .scalar(let text, _) = SettingNode.number(value).content { text } else { "\(value)" }
    }
    switch self {
    case .over(let lower, let upper): return "a number above \(text(lower)), at most \(text(upper))"
    case .between(let lower, let upper): return "a number from \(text(lower)) to \(text(upper))"
    case .below(let lower, let upper): return "a number from \(text(lower)) to below \(text(upper))"
    }
  }

  func contains(_ value: Double) -> Bool {
    switch self {
    case .over(let lower, let upper): value > lower && value <= upper
    case .between(let lower, let upper): value >= lower && value <= upper
    case .below(let lower, let upper): value >= lower && value < upper
    }
  }
}

extension SettingType where Value == Double {
  static func number(_ range: NumberRange) -> SettingType {
    SettingType(
      wanted: range.wanted, read: { $0.finiteNumber.flatMap { range.contains($0) ? $0 : nil } }, write: { .number($0) })
  }
}

extension SettingType where Value == Bool {
  static var flag: SettingType {
    SettingType(
      wanted: "true or false (on or off)",
      read: { node in
        guard case .scalar(let text, _) = node.content else { return nil }
        return switch text.lowercased() {
        case "true", "yes", "on": true
        case "false", "no", "off": false
        default: nil
        }
      },
      write: { .flag($0) }, choices: ["true", "false"])
  }
}

extension SettingType where Value == String {
  static func text(_ wanted: String) -> SettingType {
    SettingType(
      wanted: wanted,
      read: { node in if case .scalar(let text, _) = node.content, !text.isEmpty { text } else { nil } },
      write: { .text($0) })
  }
}

extension SettingType where Value: Choice {
  static func choice() -> SettingType {
    SettingType(
      wanted: alternatives(Value.allCases.map(\.rawValue)),
      read: { node in if case .scalar(let text, _) = node.content { Value(rawValue: text) } else { nil } },
      write: { .text($0.rawValue) }, choices: Value.allCases.map(\.rawValue))
  }
}

extension SettingType where Value == DeviceChoice {
  static var device: SettingType {
    SettingType(
      wanted: DeviceChoice.wanted,
      read: { node in if case .scalar(let text, _) = node.content { DeviceChoice(word: text) } else { nil } },
      write: { .text($0.word) }, choices: DeviceChoice.words, wordsElsewhere: DeviceChoice.wordsElsewhere)
  }
}

extension SettingType where Value == Range<Int> {
  private static var mostPictures: Int { 100_000_000 }

  /// `[first, end]` picture indices; `end` is the first one that no longer belongs to it.
  static var indices: SettingType {
    SettingType(
      wanted: "[first, end], two ascending whole numbers from 0 to \(mostPictures), end not included",
      read: { node in
        guard case .list(let items) = node.content, items.count == 2, let first = items[0].wholeNumber,
          let end = items[1].wholeNumber, first >= 0, first < end, end <= mostPictures
        else { return nil }
        return first..<end
      },
      write: { SettingNode(.list([.number($0.lowerBound), .number($0.upperBound)])) })
  }
}

extension SettingType where Value == String {
  /// The option of an evaluation, as the text that its requests have.
  static func option(_ option: OptionDescription) -> SettingType {
    SettingType(
      wanted: option.values.words,
      read: { node in
        guard case .scalar(let text, _) = node.content else { return nil }
        let canonical: String? =
          switch option.values {
          case .whole: node.wholeNumber.map(String.init)
          case .number: node.finiteNumber.map { SettingNode.number($0).inline }
          case .choice, .text: text
          }
        return canonical.flatMap { option.values.contains($0) ? $0 : nil }
      },
      write: { SettingNode.option($0) })
  }
}

extension SettingNode {
  /// The text of an option: what this program writes of a number is written as one.
  static func option(_ text: String) -> SettingNode {
    let number = Double(text).flatMap { $0.isFinite ? SettingNode.number($0).content : nil }
    let isNumber = number == .scalar(text, isText: false) || Int(text).map(String.init) == text
    return SettingNode(.scalar(text, isText: !isNumber))
  }
}

extension SettingType {
  /// A value, or `word` for none (`auto`, `none`).
  static func optional<Wrapped>(_ word: String, _ type: SettingType<Wrapped>) -> SettingType where Value == Wrapped? {
    SettingType(
      wanted: "\(type.wanted), or \(word)",
      read: { node in
        if node.content == .empty { return .some(nil) }
        if case .scalar(word, _) = node.content { return .some(nil) }
        return type.read(node).map { .some($0) }
      },
      write: { value in value.map(type.write) ?? .text(word) }, choices: type.choices + [word])
  }

  /// Two numbers in ascending order, `[lower, upper]`.
  static func span(_ range: NumberRange, _ what: String) -> SettingType where Value == ClosedRange<Double> {
    SettingType(
      wanted: "[\(what)], two ascending numbers, each \(range.wanted)",
      read: { node in
        guard let ends = node.finiteNumbers(2), ends.allSatisfy(range.contains), ends[0] <= ends[1] else { return nil }
        return ends[0]...ends[1]
      },
      write: { SettingNode(.list([.number($0.lowerBound), .number($0.upperBound)])) })
  }

  /// Exactly `count` numbers.
  static func numbers(_ count: Int, _ range: NumberRange, _ what: String) -> SettingType where Value == [Double] {
    SettingType(
      wanted: "[\(what)], each \(range.wanted)",
      read: { node in node.finiteNumbers(count).flatMap { $0.allSatisfy(range.contains) ? $0 : nil } },
      write: { SettingNode(.list($0.map { .number($0) })) })
  }

  /// One to 256 numbers.
  static func numbers(_ range: NumberRange, _ what: String) -> SettingType where Value == [Double] {
    SettingType(
      wanted: "[\(what)], each \(range.wanted)",
      read: { node in
        guard case .list(let items) = node.content, (1...256).contains(items.count) else { return nil }
        return node.finiteNumbers(items.count).flatMap { $0.allSatisfy(range.contains) ? $0 : nil }
      },
      write: { SettingNode(.list($0.map { .number($0) })) })
  }

  /// Exactly `count` whole numbers.
  static func integers(_ count: Int, _ range: ClosedRange<Int>, _ what: String) -> SettingType where Value == [Int] {
    SettingType(
      wanted: "[\(what)], each a whole number from \(range.lowerBound) to \(range.upperBound)",
      read: { node in
        guard case .list(let items) = node.content, items.count == count else { return nil }
        let values = items.compactMap(\.wholeNumber)
        return values.count == count && values.allSatisfy(range.contains) ? values : nil
      },
      write: { SettingNode(.list($0.map { .number($0) })) })
  }

  /// Any number of different words of a set, or of any words where that is nil; one word may stand without brackets.
  /// - Parameter stem: the part of a word that is one of them.
  static func words(
    outOf known: [String]?, stem: @escaping (String) -> String = { $0 }
  ) -> SettingType where Value == [String] {
    SettingType(
      wanted: known.map { "a list out of \($0.joined(separator: ", ")), each at most once" } ?? "a list of words",
      read: { node in
        let items: [SettingNode]
        switch node.content {
        case .list(let list): items = list
        case .scalar: items = [node]
        case .empty, .map: return nil
        }
        let words = items.compactMap { item in
          if case .scalar(let text, _) = item.content, known?.contains(stem(text)) ?? !text.isEmpty {
            text
          } else {
            nil
          }
        }
        return words.count == items.count && Set(words).count == words.count ? words : nil
      },
      write: { SettingNode(.list($0.map { .text($0) })) })
  }
}

extension SettingNode {
  /// A whole number; digits may be grouped by underscores.
  var wholeNumber: Int? {
    guard case .scalar(let text, _) = content else { return nil }
    return Int(text.replacingOccurrences(of: "_", with: ""))
  }

  /// A finite number.
  var finiteNumber: Double? {
    guard case .scalar(let text, _) = content, let value = Double(text.replacingOccurrences(of: "_", with: "")),
      value.isFinite
    else { return nil }
    return value
  }

  /// A list of exactly `count` finite numbers.
  func finiteNumbers(_ count: Int) -> [Double]? {
    guard case .list(let items) = content, items.count == count else { return nil }
    let values = items.compactMap(\.finiteNumber)
    return values.count == count ? values : nil
  }
}
