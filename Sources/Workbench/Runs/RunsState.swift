import Canvas
import Foundation
import RunEvents

/// The session's runs, and what a person does with the list of them.
package struct RunsState: Equatable, Sendable {
  /// What the list is sorted by; every order has its best or newest first.
  package enum Sort: String, CaseIterable, Sendable {
    case updated, created, name, state, step, loss, score
  }

  /// Newest first, as the store gave them.
  package internal(set) var listings: [RunListing] = [] { didSet { arrange() } }
  package internal(set) var hasLoaded = false
  package internal(set) var sort = Sort.updated { didSet { arrange() } }
  package internal(set) var filter = "" { didSet { arrange() } }
  /// Those that pass the filter, the pinned ones first, sorted.
  package private(set) var shown: [RunListing] = []
  /// What the filter cannot do, in a sentence.
  private(set) var filterProblem: String?
  /// Name of the run on which the mark stands.
  package internal(set) var selected: String?
  package internal(set) var comparison: RunComparison?
  var comparisonOffset = 0
  /// Keys of the configurations that the listings have values of, and those that were asked for.
  var readKeys: [String] = []
  var askedKeys: [String] = []
  package internal(set) var pins = RunPins() { didSet { arrange() } }
  /// Names of the kinds of evaluation that filters know before a run has a score of them.
  var kinds: [String] = []
  /// Machines whose runs are not known, or not as they are now: a sentence each.
  private(set) var silent: [String] = []
  /// Whether runs of other sessions are listed too.
  package internal(set) var showsAllSessions = false
  /// Keys of the configuration in which listed runs differ, and those in which shown ones do.
  private var differing: [String] = []
  private(set) var shownDiffering: [String] = []
  /// The session of the listings.
  var session: String? { didSet { arrange() } }
  /// The run that is being opened in place of the watched one.
  package internal(set) var opening: RunReference?
  /// Pinned runs are laid over the curves as soon as the list tells which there are.
  var awaitsPins = false
  /// New names by old ones, of runs that are being renamed.
  var renames: [String: String] = [:]
  /// When the store was read, as it said; ages are counted from it.
  var readAt = Date(timeIntervalSince1970: 0)
  /// When it was asked last, on the state's clock.
  var askedAt = -Double.infinity

  mutating func take(_ catalog: RunCatalog) {
    readKeys = catalog.keys ?? []
    differing = catalog.differing ?? []
    silent = catalog.silent ?? []
    listings = catalog.runs
    hasLoaded = true
    readAt = catalog.time
    let names = Set(listings.map(\.name))
    if let comparison, !names.contains(comparison.left) || !names.contains(comparison.right) { self.comparison = nil }
    keepSelection()
  }

  /// Views and keys ask for the list many times between two changes of it.
  private mutating func arrange() {
    let filter = RunFilter(filter, kinds: kinds)
    filterProblem = filter.problem(among: listings, readKeys: readKeys)
    let pinned = Set(pins.references.map { $0.name(in: session) })
    // Sorting keeps the store's order, newest first, among equals.
    shown = filter.passing(listings).enumerated().sorted { left, right in
      let isPinned = pinned.contains(left.element.name)
      guard isPinned == pinned.contains(right.element.name) else { return isPinned }
      return isBefore(left.element, right.element) ?? (left.offset < right.offset)
    }.map(\.element)
    let trained = shown.filter { $0.totalSteps > 0 }
    shownDiffering = differing.filter { key in
      trained.dropFirst().contains { $0.values?[key] != trained.first?.values?[key] }
    }
  }

  package func isPinned(_ name: String) -> Bool {
    guard let session, !pins.references.isEmpty else { return false }
    return pins.contains(RunReference(named: name, in: session))
  }

  /// Whether one stands before the other; nil where the order does not tell.
  private func isBefore(_ left: RunListing, _ right: RunListing) -> Bool? {
    func compare<T: Comparable>(_ left: T, _ right: T) -> Bool? { left == right ? nil : left < right }
    func finite(_ value: Double?) -> Double { value.flatMap { $0.isFinite ? $0 : nil } ?? .infinity }
    switch sort {
    case .updated: return compare(right.updated, left.updated)
    case .created: return compare(right.created, left.created)
    case .name: return compare(left.name, right.name)
    case .state: return compare(left.state.rawValue, right.state.rawValue)
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
  var bestScore: Double { evals.values.filter(\.isFinite).max() ?? -1 }
}
