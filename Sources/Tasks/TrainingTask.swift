import Foundation

/// Something that a run trains: the engine, the store, checkpoints, evaluations, health and every front end know it by
/// this protocol alone.
///
/// A task has no thread of its own and belongs to one serial queue. Everything random in it is a function of its seed
/// and of its place in the data, so that a task that was saved and loaded goes on bit for bit. What only some tasks
/// can do are capabilities, each nil where a task lacks it: the engine then refuses the command in one sentence.
package protocol TrainingTask: AnyObject {
  /// What the task is and what it trains, as it stands now.
  var about: TaskDescription { get }

  /// Optimiser steps applied so far.
  var completedSteps: Int { get }
  /// Whether the running step waits for pictures; other threads may read it.
  var awaitsPictures: WaitFlag { get }

  /// Makes one optimiser step. A loss or gradient that is not finite rejects the step: nothing is applied then.
  ///
  /// - Throws: where pictures cannot be loaded; the same step may be tried again.
  func step() throws -> StepOutcome
  /// Leaves out the batch that the next step would see: the way on after a rejected step, which would otherwise be
  /// tried again on the same pictures.
  func skipBatch()
  /// What a person should know and has not been told yet, a sentence each.
  func takeNotices() -> [String]

  /// Writes the exact state into a folder.
  func save(to folder: URL) throws
  /// Takes over what ``save(to:)`` wrote. Nothing is changed if it throws.
  func load(from folder: URL) throws
  /// Writes the model that is trained into a folder, as ``TaskFiles/model``, for every command that reads models.
  func saveModel(to folder: URL) throws

  /// A frozen copy of the model as it is now, for evaluations while training goes on.
  ///
  /// - Throws: where the model cannot be judged, in one sentence.
  func subject() throws -> TaskSubject
  /// How widely the model's features of some training pictures are spread; nil where that cannot be said. Changes
  /// nothing of the run.
  func featureSpread() -> SpreadOfFeatures?

  /// The targets that the task can follow by turns.
  var targets: (any SwitchableTargets)? { get }
  /// Pictures that show how the model does.
  var pictures: (any PreviewSource)? { get }
  /// Values of the session that may change between two steps.
  var liveValues: (any LiveValues)? { get }
  /// Steps that were rejected, to be kept and made again.
  var replay: (any StepReplaying)? { get }
  /// The file that a run writes at its end.
  var product: (any TaskProduct)? { get }
}

extension TrainingTask {
  package func takeNotices() -> [String] { [] }
  package func featureSpread() -> SpreadOfFeatures? { nil }
  package var targets: (any SwitchableTargets)? { nil }
  package var pictures: (any PreviewSource)? { nil }
  package var liveValues: (any LiveValues)? { nil }
  package var replay: (any StepReplaying)? { nil }
  package var product: (any TaskProduct)? { nil }
}

/// Files that every task writes under the same name.
package enum TaskFiles {
  /// The model of a checkpoint.
  package static let model = "student.safetensors"
}
