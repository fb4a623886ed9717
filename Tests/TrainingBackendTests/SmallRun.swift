import Foundation
import RunEvents
import Sessions
import Synchronization
import Testing
import TrainingBackend

/// A session in a folder of its own, small enough that a step takes milliseconds, guided by the shipped teachers.
final class SmallRun {
  let folder: URL
  private let file: URL

  init(extra: String = "") throws {
    folder = FileManager.default.temporaryDirectory.appendingPathComponent("mvp-run-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    file = folder.appendingPathComponent("small.yaml")
    try """
    seed: 3
    threads: 1
    data: {kind: scenes, range: [100000, 100032], image_size: 64}
    student: {image_size: 64, patch_size: 8, width: 16, depth: 1, heads: 2, drop_path: 0.1}
    guidance: {start: clip, clip: {weights: shipped}, dino: {weights: shipped}}
    schedule: {steps: 40, batch_size: 2, checkpoint_every: 0, keep_checkpoints: 5}
    optimizer: {warmup_steps: 2}
    evals:
      data: {train_range: [200000, 200048], test_range: [206000, 206016]}
      knn: {k: 5}
      linear: {iterations: 5}
      at_end: []
      during: []
    \(extra)
    """.write(to: file, atomically: true, encoding: .utf8)
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  func session(_ overrides: [String] = []) throws -> Session {
    try loadSession(file.path, sessionsDirectory: folder, overrides: overrides)
  }

  var store: RunStore { get throws { try RunStore(directory: folder.appendingPathComponent("small")) } }

  /// Runs to the end of its limit.
  ///
  /// - Parameter respond: what to send after an event; called on the training queue, so a command sent after a step
  ///   takes effect right behind it.
  @discardableResult
  func run(
    steps: Int? = nil, resume: Bool = false, overrides: [String] = [], session: Session? = nil,
    named: String? = nil, canHandOver: Bool = false, previews: Bool = false, launcher: TrialLauncher? = nil,
    respond: @escaping @Sendable (RunEvent) -> [RunCommand] = { _ in [] }
  ) throws -> [RunEvent] {
    let events = Mutex<[RunEvent]>([])
    let sender = Mutex<TrainingBackend?>(nil)
    var options = BackendOptions(session: try session ?? self.session(overrides), resume: resume, stepsLimit: steps)
    options.run = named
    options.canHandOver = canHandOver
    options.previews = previews
    options.launcher = launcher
    let backend = TrainingBackend(options: options) { event in
      events.withLock { $0.append(event) }
      for command in respond(event) { sender.withLock { $0 }?.send(command) }
    }
    sender.withLock { $0 = backend }
    backend.start()
    _ = backend.waitUntilFinished()
    sender.withLock { $0 = nil }
    return events.withLock { $0 }
  }
}

extension [RunEvent] {
  var losses: [Double] { compactMap { if case .step(let metrics) = $0 { metrics.loss } else { nil } } }
  var results: [EvalResult] { compactMap { if case .evalResult(let result) = $0 { result } else { nil } } }
  var failures: [EvalFailure] { compactMap { if case .evalFailure(let failure) = $0 { failure } else { nil } } }
  var summary: RunSummary? { compactMap { if case .finished(let summary) = $0 { summary } else { nil } }.last }
}
