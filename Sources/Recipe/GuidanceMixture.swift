/// Several guidances at once, by the name that the session, the curves and the store give it: `clip+dino`. Names of
/// teachers have no plus sign.
package enum GuidanceMixture {
  package static let separator: Character = "+"

  /// Names of the guidances that a name stands for: one, or those of a mixture.
  package static func parts(of name: String) -> [String] {
    name.split(separator: separator, omittingEmptySubsequences: false).map(String.init)
  }

  package static func name(of parts: [String]) -> String { parts.joined(separator: String(separator)) }

  /// Whether a name stands for one of these guidances, or for several of them, each once.
  package static func isMade(_ name: String, of known: some Collection<String>) -> Bool {
    let parts = parts(of: name)
    return Set(parts).count == parts.count && parts.allSatisfy(known.contains)
  }
}
