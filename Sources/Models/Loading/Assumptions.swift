/// What no configuration says and had to be assumed, for a sentence to people.
struct Assumptions {
  private let facts: ConfigurationFacts
  private var assumed: [String] = []

  init(facts: ConfigurationFacts) { self.facts = facts }

  mutating func add(_ what: String) { assumed.append(what) }

  /// What was assumed, and what the library's own defaults fill, a few words each.
  var all: [String] { facts.defaults + assumed }

  /// One sentence without full stop; nil if nothing was assumed.
  func sentence(family: VisionFamily) -> String? {
    var parts: [String] = []
    if !facts.defaults.isEmpty, let source = facts.source {
      parts.append(
        "\(source.name) leaves out \(facts.defaults.joined(separator: ", ")), filled with \(source.kind.title)' own "
          + "defaults")
    }
    if let last = assumed.last {
      let list = assumed.count > 1 ? "\(assumed.dropLast().joined(separator: ", ")) and \(last)" : last
      let lacks = facts.source.map { "\($0.name) does not say all" } ?? "no configuration stands beside the weights"
      parts.append("\(lacks): \(list) assumed, as \(family.title)'s public weights have it")
    }
    return parts.isEmpty ? nil : parts.joined(separator: "; ")
  }
}
