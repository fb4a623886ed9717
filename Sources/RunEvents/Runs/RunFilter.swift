/// Which runs of a list are wanted, as a person types it: words, and comparisons of what is known of a run.
///
/// Every term has to hold: `clip loss<-0.8 mask.masked>0.4 -tag:bad`. A comparison is a key, one of `:` `=` `!=` `<`
/// `<=` `>` `>=` and a value; a key is one of ``fixedKeys``, an evaluation (`knn`, `knn/stamps`), a dotted key of the
/// run's configuration, or the key of a metric, as `grad_norm`, for its number at the last step. `:` finds a part of a
/// text and `=` the whole; `*` in a value stands for anything; a leading `-` turns a term round. Spaces in a value need
/// `"`. Case does not matter. A comparison whose value is not typed yet holds for every run.
package struct RunFilter: Equatable, Sendable {
  enum Operation: String, CaseIterable, Sendable {
    // Those of two characters are found before their first characters.
    case notEqual = "!="
    case atMost = "<="
    case atLeast = ">="
    case less = "<"
    case greater = ">"
    case equal = "="
    case holds = ":"

    /// Whether it asks for an order, which texts have not.
    var isOrder: Bool {
      switch self {
      case .atMost, .atLeast, .less, .greater: true
      case .notEqual, .equal, .holds: false
      }
    }
  }

  struct Term: Equatable, Sendable {
    /// nil: a word, which may stand anywhere.
    var key: String?
    var operation: Operation
    var value: String
    var isNegated: Bool
  }

  /// What every run has.
  package static let fixedKeys = [
    "state", "guidance", "seed", "step", "loss", "score", "tag", "note", "name", "fork", "trial", "ablation",
  ]
  /// Those of them that are texts.
  static let textKeys: Set<String> = ["state", "guidance", "tag", "note", "name", "fork", "trial", "ablation"]

  let terms: [Term]
  /// Kinds of evaluation that a run may have, whether or not one has been made.
  private let kinds: Set<String>

  /// - Parameter kinds: names of the kinds of evaluation.
  package init(_ text: String, kinds: [String] = []) {
    terms = Self.words(of: text).compactMap(Self.term)
    self.kinds = Set(kinds)
  }

  /// Whether every run passes.
  package var isEmpty: Bool { terms.isEmpty }

  /// Keys that may be those of the runs' configurations or metrics, each once: what has to be read before the filter
  /// can tell (``RunListing/values``).
  package var configurationKeys: [String] {
    var keys: [String] = []
    for key in terms.compactMap(\.key)
    where !Self.fixedKeys.contains(key) && !kinds.contains(key) && !keys.contains(key) { keys.append(key) }
    return keys
  }

  /// Why the filter cannot do what it says, in one sentence; nil where it can. Terms that are wrong hide nothing.
  ///
  /// - Parameter readKeys: the keys of ``configurationKeys`` that were looked for; of others nobody knows yet whether
  ///   they are there.
  package func problem(among runs: [RunListing], readKeys: [String]) -> String? {
    for term in terms {
      guard let key = term.key, let problem = problem(with: term, key, runs, readKeys) else { continue }
      return problem
    }
    return nil
  }

  private func problem(with term: Term, _ key: String, _ runs: [RunListing], _ readKeys: [String]) -> String? {
    if !isKnown(key, runs) {
      guard !runs.isEmpty, readKeys.contains(key) else { return nil }
      return
        "no run has a \"\(key)\": filters know \(Self.fixedKeys.joined(separator: ", ")), an evaluation such as knn, "
        + "a metric such as grad_norm, and the keys of the config view"
    }
    guard term.operation.isOrder, !term.value.isEmpty else { return nil }
    if Self.textKeys.contains(key) { return "\(key) is a text without an order: compare it with : = or !=" }
    return Self.number(term.value) == nil ? "\"\(term.value)\" is no number to compare \(key) with" : nil
  }

  /// Whether a key means something for at least one of the runs.
  private func isKnown(_ key: String, _ runs: [RunListing]) -> Bool {
    Self.fixedKeys.contains(key) || kinds.contains(key)
      || runs.contains { $0.evals[key] != nil || $0.values?[key] != nil }
  }

  /// The runs that pass, in their order.
  package func passing(_ runs: [RunListing]) -> [RunListing] { isEmpty ? runs : runs.filter(test(for: runs)) }

  /// Whether a run among these passes. What means nothing for any of them hides none of them.
  package func test(for runs: [RunListing]) -> (RunListing) -> Bool {
    let meant = terms.filter { term in
      guard let key = term.key else { return true }
      guard isKnown(key, runs), term.isComplete else { return false }
      return !term.operation.isOrder || !Self.textKeys.contains(key) && Self.number(term.value) != nil
    }
    return { run in meant.allSatisfy { $0.holds(for: run) } }
  }
}

extension RunFilter.Term {
  /// Whether its value has been typed; only tags and notes may be asked to be none.
  var isComplete: Bool { !value.isEmpty || operation != .holds && (key == "tag" || key == "note") }
}
