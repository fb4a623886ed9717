import Datasets
import Evaluation
import Foundation
import RunEvents
import Sessions

/// A trial before anything of it is made: its session, read and checked.
package struct TrialDraft: Sendable {
  package let settings: SessionFile
  package let totalSteps: Int
  package let origin: TrialOrigin

  /// Checkpoints that a trial makes on its way.
  private static let checkpoints = 10

  /// - Parameters:
  ///   - request: the evaluation that the trial stands for, with its options.
  ///   - parent: the run that is judged.
  ///   - step: of its checkpoint; nil: the trial waits for its end.
  ///   - session: the parent's, with its settings.
  ///   - pictures: that there are to learn from, where that is known; nil: they are counted.
  ///   - overrides: `KEY.PATH=VALUE` over the recipe.
  /// - Throws: ``BackendError``, ``EvaluationError``, ``SessionError`` where there is no such trial.
  package init(
    _ request: EvalRequest, of parent: String, at step: Int?, session: Session, pictures: Int? = nil,
    overrides: [String] = []
  ) throws {
    let plan = try EvaluationPlan(request, settings: session.settings)
    guard let (task, recipe) = plan.trial else {
      throw BackendError(
        "evaluation \(plan.name) is made in turns with the run alone; a run of its own makes "
          + "\(alternatives(EvaluationKinds.descriptions.filter { $0.task != nil }.map(\.kind))).")
    }
    origin = TrialOrigin(run: parent, step: step, kind: plan.name)
    let from = Self.place(of: parent, at: step, in: session.name)
    func read(_ values: [String]) throws -> SessionFile {
      try SessionFile.trial(
        of: session.settings, task: task, from: from, values: recipe + values + overrides,
        evaluations: EvaluationKinds.descriptions)
    }
    let first = try read([])
    let assembly = RunAssembly(
      session: Session(name: session.name, source: "the trial", settings: first, directory: session.directory),
      device: try EngineOptions(first).makeIdleDevice())
    let count = try pictures.map { min($0, first.data.pictures ?? $0) } ?? assembly.trainingSource().count
    var values: [String] = []
    if first.schedule.batchSize > count { values.append("schedule.batch_size=\(max(1, count))") }
    let length = (values.isEmpty ? first : try read(values)).schedule.totalSteps(datasetSize: count)
    values += [
      "schedule.checkpoint_every=\(max(1, length / Self.checkpoints))", "schedule.keep_checkpoints=1",
    ]
    settings = try read(values)
    totalSteps = settings.schedule.totalSteps(datasetSize: count)
  }

  /// What a trial begins with, as a session names it.
  static func place(of parent: String, at step: Int?, in session: String) -> String {
    "\(session)/\(parent)" + (step.map { "@\($0)" } ?? "")
  }

  /// Keeps it in the store.
  /// - Parameter eval: number of the evaluation among the parent's.
  /// - Returns: its name.
  package func keep(in store: RunStore, eval: Int? = nil) throws -> String {
    try store.createTrial(settings: settings, totalSteps: totalSteps, of: origin, eval: eval)
  }
}
