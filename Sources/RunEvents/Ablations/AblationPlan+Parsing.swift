extension AblationPlan {
  /// A text that cannot be understood: what is wrong, and what would be right.
  package struct Problem: Error, Equatable, CustomStringConvertible {
    package let description: String
  }

  /// Runs of one ablation at most: more are a mistake, or wait for longer than anybody does.
  package static let mostRuns = 1000

  /// - Throws: ``Problem`` for a key that is given twice, or is no axis, and for more than ``mostRuns`` runs.
  package func check() throws {
    guard !over.isEmpty else {
      throw Problem(
        description: "--over names nothing to compare, and the session has no section ablation: give KEY=VALUE,VALUE.")
    }
    for (index, axis) in over.enumerated() where over[..<index].contains(where: { $0.key == axis.key }) {
      throw Problem(description: "--over \(axis.key) is given twice: put its values into one, after commas.")
    }
    if over.contains(where: { $0.key == "seed" }) {
      throw Problem(description: "--over seed: seeds are no cells of their own, give them by --seeds.")
    }
    if let key = over.map(\.key).first(where: { key in set.contains { $0.hasPrefix(key + "=") } }) {
      throw Problem(description: "\(key) is given by --over and by --set: leave out --set \(key).")
    }
    let runs = cellCount?.multipliedReportingOverflow(by: max(1, seeds.count))
    guard let runs, !runs.overflow, runs.partialValue <= Self.mostRuns else {
      throw Problem(description: "--over and --seeds come to more than \(Self.mostRuns) runs: give fewer values.")
    }
  }

  /// `0,1,2`
  ///
  /// - Throws: ``Problem`` for what is no seed, and for one that is given twice.
  package static func seeds(_ text: String) throws -> [UInt64] {
    var seeds: [UInt64] = []
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      guard let seed = UInt64(part.filter { $0 != " " }) else {
        throw Problem(description: "--seeds is \(text): give whole numbers of 0 or more, such as 0,1,2.")
      }
      guard !seeds.contains(seed) else { throw Problem(description: "--seeds is \(text): \(seed) is there twice.") }
      seeds.append(seed)
    }
    return seeds
  }
}

extension AblationPlan.Axis {
  /// `mask.masked=.3,.4,.5`; commas in brackets or quotes belong to a value.
  ///
  /// - Throws: ``AblationPlan/Problem``.
  package init(words text: String) throws {
    let sides = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    let key = sides[0].filter { $0 != " " }
    guard sides.count == 2, !key.isEmpty else {
      throw AblationPlan.Problem(description: "--over \(text): write it as KEY=VALUE,VALUE, such as mask.masked=.3,.4.")
    }
    let values = Self.parts(of: sides[1])
    guard values.allSatisfy({ !$0.isEmpty }) else {
      throw AblationPlan.Problem(description: "--over \(text): a value between two commas is missing.")
    }
    for (index, value) in values.enumerated() where values[..<index].contains(value) {
      throw AblationPlan.Problem(description: "--over \(text): the value \(value) is there twice.")
    }
    self.init(key: key, values: values)
  }

  private static func parts(of text: String) -> [String] {
    var parts = [""]
    var depth = 0
    var quote: Character?
    for character in text {
      if let open = quote {
        if character == open { quote = nil }
      } else if character == "\"" || character == "'" {
        quote = character
      } else if "[{".contains(character) {
        depth += 1
      } else if "]}".contains(character) {
        depth -= 1
      } else if character == ",", depth <= 0 {
        parts.append("")
        continue
      }
      parts[parts.count - 1].append(character)
    }
    return parts.map { part in String(part.drop { $0 == " " }) }
  }
}
