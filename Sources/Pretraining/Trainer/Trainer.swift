import Datasets
import Models
import Recipe
import Tasks
import Tensors

/// A pre-training run between its steps: the student, a head for every guidance, optimisers, and the place in the data.
///
/// Everything random is a function of (seed, purpose, epoch, picture), so the whole state of a run is its parameters,
/// its moments and a few numbers (``state()``); training goes on from them bit for bit. A trainer has no thread of its
/// own and belongs to one serial queue.
package final class Trainer {
  package internal(set) var settings: TrainerSettings
  let method: any PretrainingMethod
  package let student: VisionTransformer
  package internal(set) var masks: MaskGenerator
  /// In the session's order.
  package let guidances: [any Guidance]
  package let loader: any BatchSource
  package let previews: PreviewSet?
  package let device: any ComputeDevice

  /// Optimiser steps applied so far.
  package internal(set) var completedSteps = 0
  /// Batches left out after rejected steps, see ``skipBatch()``.
  package internal(set) var skippedBatches = 0
  /// Name of the guidance that the next step follows, or of several at once, `clip+dino`.
  package internal(set) var guidance: String
  /// Mixtures that the run has followed, or was told to.
  var mixtures: [String] = []

  let heads: [String: GuidanceHead]
  /// The student as it was one step before; nil where the method does not ask for it.
  let earlier: FollowingStudent?
  let studentParameters: [NamedTensor]
  let studentOptimizer: AdamW
  /// How often each patch was masked in the steps of this process; not part of the run's state.
  package internal(set) var maskTally = MaskTally()
  /// Whether the running step waits for pictures; may be read from other threads.
  package let awaitsPictures = WaitFlag()
  /// Names of pictures that could not be decoded.
  var undecodable: Set<String> = []
  /// The micro-batch at which the last step was rejected, until the next step.
  var rejected: RejectedBatch?
  var spread = SpreadProbe()
  /// The pictures of the next step, where they are on their way to the device already.
  var ahead: BatchAhead?
  /// The processes that a step is shared with; nil: it is made here alone.
  package internal(set) var sharing: StepSharing?
  /// What is to be said of the weights that the student began with.
  var beginningNotes: [String] = []

  /// - Parameters:
  ///   - guidances: the first one is in force until ``switchGuidance(_:)``.
  ///   - loader: gives micro-batches of the student's image size.
  package init(
    settings: TrainerSettings, method: any PretrainingMethod = ComposedMethod.dense,
    student configuration: VisionTransformerConfiguration, guidances: [any Guidance],
    masks: MaskGenerator, loader: any BatchSource, previews: PreviewSet? = nil, device: any ComputeDevice
  ) throws {
    guard let first = guidances.first else { throw TrainerError.noGuidance }
    let grid = configuration.grid
    guard masks.rows == grid.height, masks.columns == grid.width else {
      throw TrainerError.maskGrid(mask: [masks.rows, masks.columns], student: [grid.height, grid.width])
    }
    for guidance in guidances where guidance.grid != grid.rowsAndColumns {
      throw TrainerError.grid(
        guidance: guidance.name, teacher: [guidance.grid.rows, guidance.grid.columns],
        student: [grid.height, grid.width])
    }
    try settings.objective.check(guidances)
    if masks.kind.goesByAttention, guidances.allSatisfy({ $0.network == nil }) { throw TrainerError.noAttendingTeacher }
    self.settings = settings
    self.method = method
    self.masks = masks
    self.loader = loader
    self.previews = previews
    self.device = device
    guidance = first.name
    self.guidances = guidances
    student = VisionTransformer(configuration, device: device, seed: settings.seed)
    studentParameters = student.parameters(prefix: "student")
    studentOptimizer = AdamW(parameters: studentParameters, settings: settings)
    var heads: [String: GuidanceHead] = [:]
    for guidance in guidances {
      heads[guidance.name] = GuidanceHead(
        guidance: guidance, method: method, student: configuration, settings: settings, device: device)
    }
    self.heads = heads
    earlier =
      method.readsEarlierStudent
      ? FollowingStudent(.oneStepBehind, of: configuration, seed: settings.seed, device: device) : nil
  }

  /// Begins with the weights of another model of the student's sizes in place of fresh ones.
  /// - Parameters:
  ///   - normalization: of pixels, that the other was trained with
  ///   - notes: makes of what begins fresh and what had no place what is to be said of it.
  package func begin(
    with model: VisionTransformer, normalization: PixelNormalization,
    notes: (_ fresh: [String], _ leftOut: [String]) -> [String]
  ) {
    let (fresh, leftOut) = student.begin(from: model, normalized: normalization, for: settings.normalization)
    for (_, follower) in followers { follower.begin(as: student) }
    beginningNotes = notes(fresh, leftOut)
  }

  /// Copies of the student that follow it, by the first part of their names in a state.
  var followers: [(key: String, follower: FollowingStudent)] {
    guidances.compactMap { guidance in guidance.follower.map { (Self.followerKey(guidance.name), $0) } }
      + (earlier.map { [("earlier", $0)] } ?? [])
  }

  static func followerKey(_ guidance: String) -> String { "average.\(guidance)" }

  /// Names of the guidances in the session's order.
  package var guidanceNames: [String] { guidances.map(\.name) }

  /// From the next step on the named guidance gives the targets, with its own head and moments; or several do, each
  /// with its own.
  package func switchGuidance(_ name: String) throws {
    let parts = try heads(of: name)
    guidance = name
    if parts.count > 1, !mixtures.contains(name) { mixtures.append(name) }
  }

  /// The heads of a guidance, or of each part of a mixture.
  func heads(of name: String) throws -> [GuidanceHead] {
    guard GuidanceMixture.isMade(name, of: guidanceNames) else {
      throw TrainerError.unknownGuidance(name, known: guidanceNames)
    }
    return GuidanceMixture.parts(of: name).compactMap { heads[$0] }
  }

  /// The heads that the next step trains.
  var headsInForce: [GuidanceHead] { (try? heads(of: guidance)) ?? [] }

  /// What each head's loss weighs in the loss of a step; they add up to 1.
  func shares(of heads: [GuidanceHead]) -> [Float] {
    let wanted = heads.map { settings.shares[$0.guidance.name] ?? 1 }
    let sum = wanted.reduce(0, +)
    return wanted.map { sum > 0 ? $0 / sum : 1 / Float(heads.count) }
  }

  /// Leaves out the batch that the next step would see: the way on after a rejected step, which would otherwise be
  /// tried again on the same pictures.
  package func skipBatch() { skippedBatches += 1 }

  /// A copy of the student as it is now, without gradients, for evaluation while training goes on.
  package func snapshot() -> VisionTransformer { student.copy() }

  /// Trainable parameters of the student.
  package var studentParameterCount: Int { studentParameters.reduce(0) { $0 + $1.tensor.count } }

  /// Bytes of weights, gradients and both moments of the student and of every head, and of the weights of teachers and
  /// of copies of the student: what a run needs by its shapes alone, activations apart.
  package var plannedBytes: Int {
    let trained = studentParameters.reduce(0) { $0 + $1.tensor.count }
    let heads = heads.values.reduce(0) { $0 + $1.parameters.reduce(0) { $0 + $1.tensor.count } }
    let teachers = guidances.reduce(earlier?.model.parameterCount ?? 0) { $0 + $1.frozenParameterCount }
    return MemoryLayout<Float>.stride * (4 * (trained + heads) + teachers)
  }

  /// Trainable parameters of the student and of the heads of the guidance in force.
  package var trainedParameterCount: Int {
    studentParameterCount + headsInForce.flatMap(\.parameters).reduce(0) { $0 + $1.tensor.count }
  }

  /// Passes over the training data after `steps` steps.
  func epoch(afterBatches batches: Int) -> Double {
    Double(batches * settings.accumulation * loader.batchSize) / Double(max(loader.pictureCount, 1))
  }
}
