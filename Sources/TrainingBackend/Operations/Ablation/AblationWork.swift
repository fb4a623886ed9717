import Evaluation
import Foundation
import RunEvents
import Sessions
import Synchronization

/// Makes the runs of an ablation, one after the other: for each seed its trunk, where there is one, then every cell.
///
/// Each is an ordinary run of the session's store. What is done stays; what was begun goes on from its checkpoint; what
/// failed is tried again. A run that fails is noted, and the others are made all the same.
package final class AblationWork: Sendable {
  let ablation: AblationRecord
  let store: RunStore
  private let report: @Sendable (AblationNews) -> Void
  /// Given back when the runs are made: a run that has just ended may keep its host a moment longer.
  private let hold: Mutex<AblationHold?>
  private let state: Mutex<State>
  /// Optimiser steps of a run of each cell, that of the trunk first.
  private let lengths: [Int]

  struct State {
    var isStopping = false
    var backend: TrainingBackend?
    var clock = AblationClock(allSteps: 0, waiting: [])
    /// Warnings that were told.
    var told: Set<String> = []
  }

  /// A run that is to be.
  struct Job {
    let cell: Int
    let seed: UInt64
    /// Among the runs of cells.
    let number: Int
  }

  /// How a run ended.
  enum JobEnd {
    case done
    case failed(String)
    case ended(AblationEnd)
  }

  /// Takes the ablation in hand.
  ///
  /// - Parameter report: is called from threads beside this one, and must return at once.
  /// - Throws: ``RunStoreError`` of kind `busy` where another process makes its runs; whatever keeps the pictures from
  ///   being counted.
  package init(
    _ ablation: AblationRecord, in store: RunStore, report: @escaping @Sendable (AblationNews) -> Void
  ) throws {
    self.ablation = ablation
    self.store = store
    self.report = report
    hold = Mutex(try store.hold(ablation))
    // An earlier version of the program may have begun it.
    try store.keepFile(of: ablation)
    lengths = try (0...(ablation.plan.cellCount ?? 0)).map { cell in
      let settings = try store.settings(of: ablation, cell: cell, evaluations: EvaluationKinds.descriptions)
      return try Self.length(of: settings, in: store)
    }
    state = Mutex(State())
  }

  /// Optimiser steps of a session; its pictures are counted where it says them in passes.
  private static func length(of settings: SessionFile, in store: RunStore) throws -> Int {
    if let steps = settings.schedule.steps { return steps }
    let session = Session(
      name: store.session, source: "the ablation", settings: settings, directory: store.directory)
    let device = try EngineOptions(settings).makeIdleDevice()
    return settings.schedule.totalSteps(
      datasetSize: try RunAssembly(session: session, device: device).trainingSource().count)
  }

  /// Ends after the step that is being made, with a checkpoint. May be called from any thread.
  package func stop() {
    let backend = state.withLock { state in
      state.isStopping = true
      return state.backend
    }
    backend?.send(.stopBySignal)
  }

  var isStopping: Bool { state.withLock { $0.isStopping } }

  /// Makes what is left to be made, and gives the ablation out of hand. Call once.
  ///
  /// - Throws: ``RunStoreError`` where the store cannot be read or written, or another process has one of the runs in
  ///   hand.
  package func run() throws -> AblationEnd {
    defer { hold.withLock { $0 = nil } }
    let plan = ablation.plan
    try startClock()
    var number = 0
    for seed in plan.seeds {
      var failure: String?
      if plan.at != nil {
        switch try make(Job(cell: AblationPlan.trunk, seed: seed, number: number + 1)) {
        case .done: break
        case .failed(let reason): failure = "the trunk of seed \(seed) failed: \(reason)"
        case .ended(let end): return end
        }
      }
      for cell in 1...max(1, plan.cellCount ?? 1) {
        number += 1
        let job = Job(cell: cell, seed: seed, number: number)
        if let failure {
          try note(failure, job, seconds: 0)
          continue
        }
        if case .ended(let end) = try make(job) { return end }
      }
    }
    return .ended
  }

  /// Makes a run, and keeps and tells what came of it.
  private func make(_ job: Job) throws -> JobEnd {
    if isStopping { return .ended(.interrupted) }
    let existing = try store.run(of: ablation, cell: job.cell, seed: job.seed)
    if let existing, try isDone(existing, job) { return .done }
    state.withLock { $0.clock.begin(lengthLeft(of: job, existing)) }
    let started = ContinuousClock.now
    let end: JobEnd
    do {
      end = try train(job, existing)
    } catch let error as RunStoreError where error.kind == .busy || error.kind == .unusable {
      throw error
    } catch is CancellationError {
      end = .ended(.interrupted)
    } catch {
      end = .failed("\(error)")
    }
    state.withLock { $0.clock.end() }
    let seconds: Double = started.duration(to: .now) / .seconds(1)
    switch end {
    case .done:
      try store.note(failure: nil, of: ablation, cell: job.cell, seed: job.seed)
      if job.cell != AblationPlan.trunk { try tellEnd(of: job, seconds) }
    case .failed(let reason): try note(reason, job, seconds: seconds)
    case .ended: break
    }
    return end
  }

  private func note(_ failure: String, _ job: Job, seconds: Double) throws {
    try store.note(failure: failure, of: ablation, cell: job.cell, seed: job.seed)
    if job.cell != AblationPlan.trunk { try tellEnd(of: job, seconds) }
  }

  private func tellEnd(of job: Job, _ seconds: Double) throws {
    let run = try store.table(of: ablation).runs.first { $0.cell == job.cell && $0.seed == job.seed }
    if let run { report(.ended(run, seconds: seconds)) }
  }

  // MARK: progress

  private func lengthLeft(of job: Job, _ run: RunRecord?) -> Int {
    let plan = ablation.plan
    guard job.cell != AblationPlan.trunk else { return max(0, (plan.at ?? 0) - (run?.lastStep ?? 0)) }
    return max(0, lengths[job.cell] - (run?.lastStep ?? plan.at ?? 0))
  }

  private func startClock() throws {
    let plan = ablation.plan
    var all = 0
    var waiting: [Int] = []
    for seed in plan.seeds {
      for cell in (plan.at == nil ? 1 : 0)...max(1, plan.cellCount ?? 1) {
        let job = Job(cell: cell, seed: seed, number: 0)
        all += lengthLeft(of: job, nil)
        let run = try store.run(of: ablation, cell: cell, seed: seed)
        if let run, try isDone(run, job) { continue }
        waiting.append(lengthLeft(of: job, run))
      }
    }
    let clock = AblationClock(allSteps: all, waiting: waiting)
    state.withLock { $0.clock = clock }
  }

  func tell(_ job: Job, _ phase: String) {
    let (fraction, eta) = state.withLock { ($0.clock.fraction, $0.clock.eta()) }
    report(
      .progress(
        AblationProgress(
          number: job.number, count: ablation.plan.seeds.count * (ablation.plan.cellCount ?? 1), cell: job.cell,
          seed: job.seed, phase: phase, fraction: fraction, eta: eta)))
  }

  /// Steps that a run of the job goes to.
  private func last(of job: Job) -> Int {
    job.cell == AblationPlan.trunk ? ablation.plan.at ?? 0 : lengths[job.cell]
  }

  private func take(_ event: RunEvent, of job: Job, run: NameBox) {
    switch event {
    case .started(let description):
      run.name.withLock { $0 = description.run }
      tell(job, "begins")
    case .step(let metrics):
      let last = last(of: job)
      state.withLock { $0.clock.take(step: metrics.step, left: last - metrics.step) }
      tell(job, "step \(metrics.step)/\(last)")
    case .evalProgress(let progress): tell(job, "\(progress.kind): \(progress.phase)")
    case .message(let message) where message.level != .info:
      guard state.withLock({ $0.told.insert(message.text).inserted }) else { return }
      report(.message(message.level, run: run.name.withLock { $0 }, text: message.text))
    default: break
    }
  }

  /// Trains on a queue of its own until the run has ended.
  func host(_ options: BackendOptions, of job: Job) -> RunSummary {
    let run = NameBox()
    let backend = TrainingBackend(options: options) { [self] event in take(event, of: job, run: run) }
    let isStopping = state.withLock { state in
      state.backend = backend
      return state.isStopping
    }
    defer { state.withLock { $0.backend = nil } }
    backend.start()
    if isStopping { backend.send(.stopBySignal) }
    return backend.waitUntilFinished()
  }
}

/// The name of the run at work, which its first event tells.
private final class NameBox: Sendable {
  let name = Mutex("")
}
