/// What a kind of evaluation says of itself: sessions, the command line, forms and lists go by it.
///
/// A score is a share of pictures, 0...1, of every kind: more is better.
package struct EvaluationDescription: Codable, Equatable, Sendable {
  /// Its name in sessions, commands, JSON lines and stores: `knn`.
  package var kind: String
  /// What earlier programs called it; requests and sessions may. nil: nothing else.
  package var earlierKind: String?
  /// What people read: `linear probe`.
  package var title: String
  /// The same for a column of six characters; nil: the title.
  package var shortTitle: String?
  /// In the order in which a form shows them.
  package var options: [OptionDescription]
  /// Details that are plain numbers, where all others are shares: by their names, up to an `@`. nil: none.
  package var numbers: [String]?
  /// Details `CURVE@1`, `CURVE@2`, ... belong together as one curve; nil: there is none.
  package var curve: String?
  /// The task whose runs can make it: a trial. nil: it is only made in turns with the run.
  package var task: String?

  package init(
    kind: String, title: String, shortTitle: String? = nil, options: [OptionDescription] = [],
    numbers: [String]? = nil, curve: String? = nil, task: String? = nil, earlierKind: String? = nil
  ) {
    self.task = task
    self.earlierKind = earlierKind
    self.kind = kind
    self.title = title
    self.shortTitle = shortTitle
    self.options = options
    self.numbers = numbers
    self.curve = curve
  }

  enum CodingKeys: String, CodingKey {
    case kind, title, options, numbers, curve, task
    case shortTitle = "short_title"
    case earlierKind = "earlier_kind"
  }

  /// Whether a name, of today or of earlier, is this kind's.
  package func isNamed(_ name: String) -> Bool { kind == name || earlierKind == name }
}

/// An option of a kind of evaluation.
package struct OptionDescription: Codable, Equatable, Sendable {
  package var name: String
  /// What it does, in a few words that a form has room for.
  package var help: String
  package var values: OptionValues
  /// How many values a request may give, with commas between them; the first is the main one.
  package var most: Int
  /// The value where nobody gives one. An option that has one is a key of a session, `evals.KIND.NAME`; without one,
  /// the evaluation chooses by itself, or another key says it.
  package var usual: String?
  /// Values that a form offers.
  package var steps: [String]

  package init(
    name: String, help: String, values: OptionValues, most: Int = 1, usual: String? = nil, steps: [String] = []
  ) {
    self.name = name
    self.help = help
    self.values = values
    self.most = most
    self.usual = usual
    self.steps = steps
  }

  /// The values in a text; nil where one of them is wrong, or there are too many.
  package func values(in text: String) -> [String]? {
    if case .text = values { return values.contains(text) ? [text] : nil }
    let parts = text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    return parts.count <= most && parts.allSatisfy(values.contains) ? parts : nil
  }

  /// Tells what to do about a wrong value: `give a whole number from 1 to 100000`.
  package var remedy: String {
    if case .choice = values { return "choose \(values.words)" }
    return "give \(values.words)" + (most > 1 ? ", or several with commas between them" : "")
  }
}

/// The values that an option can have.
package enum OptionValues: Equatable, Sendable {
  case whole(ClosedRange<Int>)
  case number(ClosedRange<Double>)
  case choice([String])
  /// Anything but nothing.
  case text

  package func contains(_ text: String) -> Bool {
    switch self {
    case .whole(let range): Int(text).map(range.contains) ?? false
    case .number(let range): Double(text).map(range.contains) ?? false
    case .choice(let words): words.contains(text)
    case .text: !text.isEmpty
    }
  }

  /// `a whole number from 1 to 100000`, `cls or mean`.
  package var words: String {
    switch self {
    case .whole(let range): "a whole number from \(range.lowerBound) to \(range.upperBound)"
    case .number(let range):
      "a number from \(OptionValues.text(range.lowerBound)) to \(OptionValues.text(range.upperBound))"
    case .choice(let words): alternatives(words)
    case .text: "a text"
    }
  }

  private static func text(_ number: Double) -> String {
    let text = "\(number)"
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }
}

/// As JSON: `type` is `whole` or `number` with `least` and `greatest`, `choice` with `words`, or `text`.
extension OptionValues: Codable {
  private enum CodingKeys: String, CodingKey { case type, least, greatest, words }
  private enum Kind: String, Codable { case whole, number, choice, text }

  package init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    func range<Bound: Comparable & Decodable>(_: Bound.Type) throws -> ClosedRange<Bound> {
      let least = try values.decode(Bound.self, forKey: .least)
      let greatest = try values.decode(Bound.self, forKey: .greatest)
      guard least <= greatest else {
        throw DecodingError.dataCorruptedError(
          forKey: .greatest, in: values, debugDescription: "greatest is less than least")
      }
      return least...greatest
    }
    switch try values.decode(Kind.self, forKey: .type) {
    case .whole: self = .whole(try range(Int.self))
    case .number: self = .number(try range(Double.self))
    case .choice: self = .choice(try values.decode([String].self, forKey: .words))
    case .text: self = .text
    }
  }

  package func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    switch self {
    case .whole(let range):
      try values.encode(Kind.whole, forKey: .type)
      try values.encode(range.lowerBound, forKey: .least)
      try values.encode(range.upperBound, forKey: .greatest)
    case .number(let range):
      try values.encode(Kind.number, forKey: .type)
      try values.encode(range.lowerBound, forKey: .least)
      try values.encode(range.upperBound, forKey: .greatest)
    case .choice(let words):
      try values.encode(Kind.choice, forKey: .type)
      try values.encode(words, forKey: .words)
    case .text: try values.encode(Kind.text, forKey: .type)
    }
  }
}

/// `a`, `a or b`, `a, b or c`.
package func alternatives(_ words: [String]) -> String {
  guard let last = words.last, words.count > 1 else { return words.first ?? "" }
  return words.dropLast().joined(separator: ", ") + " or " + last
}
