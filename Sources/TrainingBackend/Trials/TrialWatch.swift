import Dispatch
import RunEvents
import Sessions
import Synchronization

/// Looks after the trials of a run for its front ends, on a queue of its own: starts them, tells how far they are and
/// what they found, as evaluations of the run. Training never waits for it. While no trial is awaited it does nothing.
final class TrialWatch: Sendable {
  private struct Awaited {
    let id: Int
    let trial: String
    let kind: String
    /// Of the parent, where it is not known otherwise.
    let step: Int
    var told: EvalProgress?
  }

  private struct Contents {
    var awaited: [Awaited] = []
    var isLooking = false
  }

  private let run: String
  private let store: RunStore
  private let launcher: TrialLauncher?
  private let emit: @Sendable (RunEvent) -> Void
  private let queue = DispatchQueue(label: "mvp.trials", qos: .utility)
  private let contents = Mutex(Contents())

  private static let pause = 2.0

  /// - Parameter emit: receives progress, results and failures; the store has the results already.
  init(
    run: String, in store: RunStore, launcher: TrialLauncher?, emit: @escaping @Sendable (RunEvent) -> Void
  ) {
    self.run = run
    self.store = store
    self.launcher = launcher
    self.emit = emit
  }

  /// Begins to look after the trials that the store knows.
  /// - Parameter nextID: numbers for those that have none.
  func takeUp(nextID: () -> Int) {
    guard let trials = try? store.awaitedTrials(of: run) else { return }
    for trial in trials {
      let id = trial.eval ?? nextID()
      let (kind, step) = (trial.run.trial?.kind ?? "", trial.run.trial?.step ?? 0)
      contents.withLock { $0.awaited.append(Awaited(id: id, trial: trial.run.name, kind: kind, step: step)) }
    }
    queue.async { [self] in look() }
  }

  /// Looks after a trial that was just kept in the store, and tells of it at once.
  /// - Parameter step: of the parent now.
  func add(id: Int, trial: String, _ origin: TrialOrigin, step: Int) {
    let told = EvalProgress(
      id: id, kind: origin.kind, step: origin.step ?? step, fraction: 0,
      phase: origin.step == nil ? EvalProgress.waits : EvalProgress.begins, trial: trial)
    contents.withLock {
      $0.awaited.append(Awaited(id: id, trial: trial, kind: told.kind, step: told.step, told: told))
    }
    emit(.evalProgress(told))
    queue.async { [self] in look() }
  }

  /// Has a process make a trial; where that cannot be, the trial goes, and its evaluation fails.
  func start(_ trial: String) {
    queue.async { [self] in
      do {
        guard let launcher else { throw TrialLauncher.missing }
        try launcher.startAndWait(trial, store)
      } catch {
        // A short one may have ended before anybody saw it begin.
        if let record = try? store.run(named: trial), !store.isUnbegun(record) { return }
        fail(trial, "run \(trial) could not begin: \(error)")
        try? store.edit(trial, .delete)
      }
    }
  }

  /// The run's end is told: what is awaited is told anew.
  func tellAnew() {
    contents.withLock { contents in
      for index in contents.awaited.indices { contents.awaited[index].told = nil }
    }
    queue.async { [self] in look() }
  }

  /// Tells nothing more.
  func stop() { contents.withLock { $0.awaited = [] } }

  /// Where an evaluation is made by a trial, its name.
  func trial(of id: Int) -> String? { contents.withLock { $0.awaited.first { $0.id == id }?.trial } }

  /// A trial that waits is taken back.
  /// - Returns: nil, or why it goes on.
  func cancel(_ id: Int) -> String? {
    guard let trial = trial(of: id) else { return nil }
    do {
      guard let record = try store.run(named: trial), record.state == .queued else {
        return "run \(trial) makes it: mvp attach \(store.session) \(trial) stops it"
      }
      try store.edit(trial, .delete)
      fail(trial, EvalFailure.cancelled)
      return nil
    } catch {
      return "\(error)"
    }
  }

  private func fail(_ trial: String, _ reason: String) {
    guard let awaited = remove(trial) else { return }
    emit(.evalFailure(EvalFailure(id: awaited.id, kind: awaited.kind, step: awaited.step, reason: reason)))
  }

  private func remove(_ trial: String) -> Awaited? {
    contents.withLock { contents in
      guard let index = contents.awaited.firstIndex(where: { $0.trial == trial }) else { return nil }
      return contents.awaited.remove(at: index)
    }
  }

  private func look() {
    for awaited in contents.withLock({ $0.awaited }) {
      do { try look(at: awaited) } catch { continue }
    }
    let isDue = contents.withLock { contents in
      guard !contents.awaited.isEmpty, !contents.isLooking else { return false }
      contents.isLooking = true
      return true
    }
    guard isDue else { return }
    queue.asyncAfter(deadline: .now() + Self.pause) { [weak self] in
      guard let self else { return }
      contents.withLock { $0.isLooking = false }
      look()
    }
  }

  private func look(at awaited: Awaited) throws {
    let name = awaited.trial
    guard let record = try store.run(named: name) else { return fail(name, "run \(name) was deleted") }
    if var result = try store.evals(of: run).last(where: { $0.trial == name }) {
      guard remove(name) != nil else { return }
      result.id = awaited.id
      return emit(.evalResult(try store.told(result, of: run)))
    }
    if record.state == .failed {
      return fail(name, "run \(name) failed" + (record.reason.map { ": \($0)" } ?? ""))
    }
    let progress = EvalProgress(
      id: awaited.id, kind: awaited.kind, step: record.trial?.step ?? awaited.step,
      fraction: record.totalSteps > 0 ? Double(record.lastStep) / Double(record.totalSteps) : 0,
      phase: phase(of: record), trial: name)
    let isNews = contents.withLock { contents in
      guard let index = contents.awaited.firstIndex(where: { $0.trial == name }),
        contents.awaited[index].told != progress
      else { return false }
      contents.awaited[index].told = progress
      return true
    }
    if isNews { emit(.evalProgress(progress)) }
  }

  private func phase(of record: RunRecord) -> String {
    let step = "step \(record.lastStep)/\(record.totalSteps)"
    switch record.state {
    case .queued: return record.trial?.step == nil ? EvalProgress.waits : EvalProgress.begins
    case .preparing: return EvalProgress.begins
    case .running, .stopping: return step
    default: return "\(record.state) at \(step)"
    }
  }
}
