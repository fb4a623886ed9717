import Foundation
import Plotting
import RunEvents

/// What a report is made of: runs, how their curves are to be drawn, and an ablation if it is about one.
package struct Report: Sendable {
  package var title: String
  package var runs: [ReportedRun]
  package var ablation: AblationTable?
  package var smoothing = CurveSmoothing.automatic
  /// Whether values, and steps, have a logarithmic axis where they can.
  package var hasLogarithmicValues = false
  package var hasLogarithmicSteps = false
  /// The program that made it, with its version.
  package var maker: String
  package var created: Date

  package init(
    title: String, runs: [ReportedRun], ablation: AblationTable? = nil, maker: String, created: Date = Date()
  ) {
    self.title = title
    self.runs = runs
    self.ablation = ablation
    self.maker = maker
    self.created = created
  }

  /// The names of evaluations that some run has results of, as runs call them, in the order in which they came.
  var evaluations: [String] {
    var kinds: [String] = []
    for kind in runs.flatMap(\.evals).map(\.kind) where !kinds.contains(kind) { kinds.append(kind) }
    return kinds
  }

  func title(of kind: String) -> String {
    runs.lazy.compactMap { $0.description?.evaluations?.named(kind)?.title }.first ?? kind
  }
}

/// A run with everything that a report shows of it.
package struct ReportedRun: Sendable {
  /// Tells it apart from the others: `brisk-otter`, or `demo/brisk-otter`.
  package var name: String
  package var listing: RunListing
  package var history: RunHistory
  /// The header of its newest part; nil where the store has none.
  package var description: RunDescription?
  package var configuration: [ConfigurationValue]
  package var evals: [EvalResult]
  /// Kept snapshots: for each picture those of some steps, ascending.
  package var looks: [[PictureSnapshot]]

  package init(
    name: String, listing: RunListing, history: RunHistory, description: RunDescription?,
    configuration: [ConfigurationValue], evals: [EvalResult], looks: [[PictureSnapshot]]
  ) {
    self.name = name
    self.listing = listing
    self.history = history
    self.description = description
    self.configuration = configuration
    self.evals = evals
    self.looks = looks
  }

  /// The newest result of a kind: of the latest step, and of that the last.
  func newest(_ kind: String) -> EvalResult? {
    evals.enumerated().filter { $0.element.kind == kind }.max {
      ($0.element.step, $0.offset) < ($1.element.step, $1.offset)
    }?
    .element
  }

  /// Seconds of training.
  var seconds: Double? { history.metrics.clock.last.map(\.elapsed).flatMap { $0.isFinite ? $0 : nil } }
}
