import ArgumentParser
import Files
import Foundation
import Histories
import RunEvents
import Synchronization
import Terminal
import TrainingBackend

struct Teach: ComputingCommand {
  static let configuration = CommandConfiguration(
    abstract: "Train a small teacher or tokenizer from drawn scenes, as those that ship with the program were.",
    discussion: """
      clip learns from pictures and captions (contrastive), dino from pictures alone (self-distillation); dvae learns the codes that BEiT
      predicts (a discrete autoencoder). The file carries its recipe, seed, data range and scores.

      It is a run of the session teach-clip, teach-dino or teach-dvae: in a terminal the workbench opens on it, `mvp attach` joins it, and
      `mvp run teach-clip --resume` goes on with one that was stopped.

      EXAMPLE
        mvp teach clip --output clip.safetensors
        mvp teach dino --steps 500 --output dino.safetensors
        mvp teach dvae --output dvae.safetensors
      """)

  @Argument(help: "clip, dino or dvae.", completion: .list(Teach.kinds))
  var kind: String

  @Option(help: "File to write.", completion: .file(), transform: userPath)
  var output: String

  @Option(help: "Optimiser steps; the recipe's where it is not given.")
  var steps: Int?

  @Option(help: "Seed.")
  var seed: UInt64 = 0

  @OptionGroup var engine: EngineFlags

  @OptionGroup var place: SessionPlace

  @Flag(help: "No workbench: a line of progress.")
  var headless = false

  @Flag(help: "Print one JSON object at the end; implies --headless.")
  var json = false

  @OptionGroup var display: DisplayOptions

  private static let kinds = TeacherTraining.Kind.allCases.map(\.rawValue)

  private var teacher: TeacherTraining.Kind {
    get throws {
      guard let teacher = TeacherTraining.Kind(rawValue: kind) else {
        throw ValidationError(
          "there is no teacher `\(kind)`: choose clip, dino or dvae\(meaning(of: kind, among: Self.kinds))")
      }
      return teacher
    }
  }

  func validate() throws {
    _ = try teacher
    guard steps ?? 1 > 0 else { throw ValidationError("--steps is 1 or more.") }
  }

  func run() throws {
    SignalWatch.shared.holdHangups()
    var training = TeacherTraining(kind: try teacher, output: URL(fileURLWithPath: output))
    training.steps = steps
    training.seed = seed
    training.engine = try engine.options
    var options = BackendOptions(session: try training.session(in: place.folder))
    options.launcher = .processes(in: place)
    var host = try Run.parse([options.session.name])
    (host.place, host.display) = (place, display)
    guard !json, !headless, display.terminalIsUsable else {
      return try runInLine(options, of: training, host: host)
    }
    options.previews = true
    options.canHandOver = true
    try check(host.runInWorkbench(options))
  }

  /// A line of progress, and the scores at the end.
  private func runInLine(_ options: BackendOptions, of training: TeacherTraining, host: Run) throws {
    let start = ContinuousClock.now
    let progress = RunProgressLine(label: "teach \(kind)")
    let results = Mutex<[EvalResult]>([])
    let backend = TrainingBackend(options: options) { event in
      progress.take(event)
      if case .evalResult(let result) = event { results.withLock { $0.append(result) } }
    }
    let interruption = host.stopOnSignals(backend, of: options)
    backend.start()
    let summary = backend.waitUntilFinished()
    progress.clear()
    if interruption.value != 0, summary.outcome != .failed {
      writeError("stopped at step \(summary.step); `mvp run \(options.session.name)\(place.words) --resume` goes on")
    }
    exitIfInterrupted(interruption, summary)
    try check(summary)
    let result = TeacherTraining.Result(
      output: training.output, summary: summary, results: results.withLock { $0 },
      seconds: start.duration(to: .now) / .seconds(1))
    if json { return try printJSON(result) }
    let scores = scoreTexts(result.scores)
    let parts = ["\(result.steps) steps in \(clockText(result.seconds))"] + scores
    print("\(result.output): \(parts.joined(separator: ", "))")
  }

  private func check(_ summary: RunSummary) throws {
    guard summary.outcome == .failed else { return }
    throw CommandFailure(
      message: summary.reason ?? "the run failed at step \(summary.step).", status: summary.exitStatus)
  }
}
