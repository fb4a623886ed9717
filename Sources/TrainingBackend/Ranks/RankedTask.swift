import Foundation
import Pretraining
import Ranks
import RunEvents
import Tasks

/// The task of rank 0: what changes it, changes that of every other rank before the next step.
final class RankedTask: TrainingTask {
  private let task: any TrainingTask
  private let sharing: StepSharing
  /// What the others have not been told yet.
  private var pending: [RankOrder] = []
  private var stragglers: StragglerWatch

  init(_ task: any TrainingTask, _ sharing: StepSharing) {
    self.task = task
    self.sharing = sharing
    stragglers = StragglerWatch(hosts: sharing.group.hosts)
  }

  var about: TaskDescription { task.about }
  var completedSteps: Int { task.completedSteps }
  var awaitsPictures: WaitFlag { task.awaitsPictures }

  func step() throws -> StepOutcome {
    pending.append(.step)
    try tell()
    let outcome = try task.step()
    stragglers.add(sharing.work)
    return outcome
  }

  /// How the ranks do; empty before they have made two steps.
  var ranks: [RankSample] { stragglers.ranks }

  func skipBatch() {
    task.skipBatch()
    pending.append(.skipBatch)
  }

  func takeNotices() -> [String] { task.takeNotices() + stragglers.takeNotices() }

  private func tell() throws {
    let bytes = try JSONEncoder().encode(pending)
    pending = []
    _ = try sharing.group.broadcast(Array(bytes), what: "answer")
  }

  func save(to folder: URL) throws { try task.save(to: folder) }
  func load(from folder: URL) throws { try task.load(from: folder) }
  func saveModel(to folder: URL) throws { try task.saveModel(to: folder) }
  func subject() throws -> TaskSubject { try task.subject() }
  func featureSpread() -> SpreadOfFeatures? { task.featureSpread() }

  var targets: (any SwitchableTargets)? { task.targets.map { RankedTargets($0) { self.pending.append($0) } } }
  var pictures: (any PreviewSource)? { task.pictures }
  var liveValues: (any LiveValues)? { task.liveValues.map { RankedValues($0) { self.pending.append($0) } } }
  var replay: (any StepReplaying)? { task.replay }
  var product: (any TaskProduct)? { task.product }
}

/// Targets whose choice the other ranks are told.
private final class RankedTargets: SwitchableTargets {
  private let targets: any SwitchableTargets
  private let tell: (RankOrder) -> Void

  init(_ targets: any SwitchableTargets, _ tell: @escaping (RankOrder) -> Void) {
    (self.targets, self.tell) = (targets, tell)
  }

  var targetNames: [String] { targets.targetNames }
  var currentTarget: String { targets.currentTarget }
  var frozenTeachers: [FrozenTeacher] { targets.frozenTeachers }
  var frozenTokenizers: [FrozenTokenizer] { targets.frozenTokenizers }

  func select(_ name: String) throws {
    try targets.select(name)
    tell(.select(name))
  }

  func load(from folder: URL, target: String?, fresh: Set<String>, formsAnew: Bool) throws {
    try targets.load(from: folder, target: target, fresh: fresh, formsAnew: formsAnew)
  }
}

/// Values whose change the other ranks are told.
private final class RankedValues: LiveValues {
  private let values: any LiveValues
  private let tell: (RankOrder) -> Void

  init(_ values: any LiveValues, _ tell: @escaping (RankOrder) -> Void) {
    (self.values, self.tell) = (values, tell)
  }

  var liveKeys: Set<String> { values.liveKeys }
  var lossKeys: Set<String> { values.lossKeys }

  func apply(_ recipe: LiveRecipe) throws {
    try values.apply(recipe)
    tell(.apply(recipe))
  }
}
