import Canvas
import Foundation
import RunEvents

/// The session's runs, and what a person does with the list of them.
public struct RunsState: Equatable, Sendable {
  /// What the list is sorted by; every order has its best or newest first.
  public enum Sort: String, CaseIterable, Sendable {
    case updated, created, name, state, step, loss, score
  }

  /// Newest first, as the store gave them.
  public internal(set) var listings: [RunListing] = []
  public internal(set) var hasLoaded = false
  public internal(set) var sort = Sort.updated
  public internal(set) var filter = ""
  /// Name of the run on which the mark stands.
  public internal(set) var selected: String?
  public internal(set) var comparison: RunComparison?
  var comparisonOffset = 0
  /// When the store was read, as it said; ages are counted from it.
  var readAt = Date(timeIntervalSince1970: 0)
  /// When it was asked last, on the state's clock.
  var askedAt = -Double.infinity

  mutating func take(_ catalog: RunCatalog) {
    listings = catalog.runs
    hasLoaded = true
    readAt = catalog.time
    let names = Set(listings.map(\.name))
    if let comparison, !names.contains(comparison.left) || !names.contains(comparison.right) { self.comparison = nil }
    keepSelection()
  }

  /// Those that pass the filter, sorted.
  public var shown: [RunListing] {
    let words = filter.lowercased().split(separator: " ")
    let passing =
      words.isEmpty
      ? listings
      : listings.filter { listing in
        let text = listing.searchText
        return words.allSatisfy { text.contains($0) }
      }
    // Sorting keeps the store's order, newest first, among equals.
    return passing.enumerated().sorted { left, right in
      isBefore(left.element, right.element) ?? (left.offset < right.offset)
    }.map(\.element)
  }

  /// Whether one stands before the other; nil where the order does not tell.
  private func isBefore(_ left: RunListing, _ right: RunListing) -> Bool? {
    func compare<T: Comparable>(_ left: T, _ right: T) -> Bool? { left == right ? nil : left < right }
    func finite(_ value: Double?) -> Double { value.flatMap { $0.isFinite ? $0 : nil } ?? .infinity }
    switch sort {
    case .updated: return compare(right.updated, left.updated)
    case .created: return compare(right.created, left.created)
    case .name: return compare(left.name, right.name)
    case .state: return compare(left.state, right.state)
    case .step: return compare(right.step, left.step)
    case .loss: return compare(finite(left.loss), finite(right.loss))
    case .score: return compare(right.bestScore, left.bestScore)
    }
  }

  var selectedListing: RunListing? {
    let shown = shown
    return shown.first { $0.name == selected } ?? shown.first
  }

  mutating func move(by delta: Int) {
    let shown = shown
    guard !shown.isEmpty else { return }
    let index = shown.firstIndex { $0.name == selected } ?? 0
    selected = shown[min(max(0, index + delta), shown.count - 1)].name
  }

  /// After the list changed, the mark stands on a run that is there.
  mutating func keepSelection() {
    let shown = shown
    if !shown.contains(where: { $0.name == selected }) { selected = shown.first?.name }
  }
}

extension RunListing {
  /// What a filter looks through: `tag:x` finds a tag, everything else any of the words.
  var searchText: String {
    ([name, state, guidance, note, "seed:\(seed)"] + tags.map { "tag:\($0)" }).joined(separator: " ").lowercased()
  }

  var bestScore: Double { evals.values.filter(\.isFinite).max() ?? -1 }
}
