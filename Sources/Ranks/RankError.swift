/// Why ranks cannot train together, in one sentence.
package struct RankError: Error, Equatable, Sendable, CustomStringConvertible {
  package let description: String

  package init(_ description: String) { self.description = description }

  /// - Parameter what: what was awaited of them.
  static func silent(_ ranks: [Int], hosts: [String], seconds: Double, _ what: String) -> RankError {
    let names = ranks.prefix(4).map { "rank \($0) on \($0 < hosts.count ? hosts[$0] : "?")" }.joined(separator: ", ")
    let more = ranks.count > 4 ? " and \(ranks.count - 4) more" : ""
    return RankError(
      "\(names)\(more) gave no \(what) for \(Int(seconds.rounded())) s: it died, hangs or cannot be reached; "
        + "`--resume` goes on from the last checkpoint, with any number of ranks.")
  }
}
