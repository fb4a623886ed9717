import ArgumentParser
import Foundation
import RunEvents
import Sessions
import Terminal
import TrainingBackend

struct Run: ComputingCommand {
  static let configuration = CommandConfiguration(
    abstract: "Pre-train a student under guidance, and watch and steer it.",
    discussion: """
      SESSION is a name in the sessions folder, a built-in preset (demo, mvp-b16-imagenet, mvp-l16-imagenet), or a path to a
      YAML file. In a terminal the workbench opens; elsewhere, or with --plain, the run prints lines.

      EXAMPLE
        mvp run demo
        mvp run demo --set guidance.start=dino --set schedule.steps=500
        mvp run my-session.yaml --headless --steps 40 --json
        mvp run my-session.yaml --resume
      """)

  @Argument(help: "Session: a name or a path to a YAML file.")
  var session: String

  @OptionGroup var place: SessionPlace

  @Flag(help: "No workbench: print lines, or JSON with --json.")
  var headless = false

  @Flag(help: "Print every event as one JSON object a line (see CONTRIBUTING.md); implies --headless.")
  var json = false

  @Flag(help: "Print plain lines instead of the workbench.")
  var plain = false

  @Flag(help: "Go on from the newest checkpoint of the session's newest run, or of the one that --run names.")
  var resume = false

  @Option(name: .customLong("run"), help: ArgumentHelp("Run to resume.", valueName: "name"))
  var runName: String?

  @Option(
    help: ArgumentHelp("Pause after that many steps; 0 begins paused, for a front end to resume.", valueName: "n"))
  var pauseAfter: Int?

  @Option(help: "Make at most this many steps now, then checkpoint and stop. The schedule's length is schedule.steps.")
  var steps: Int?

  @Option(help: "Seed of the run; the session's where it is not given.")
  var seed: UInt64?

  @Option(
    help: ArgumentHelp(
      "Evaluation to begin with, such as `knn` or `knn k=20 features=mean`; may be repeated.", valueName: "eval"),
    transform: EvalRequest.init(words:))
  var evaluate: [EvalRequest] = []

  @OptionGroup var given: SessionOverrides

  @Option(help: "Steps between checkpoints; 0 makes none on the way.")
  var checkpointEvery: Int?

  @Option(help: "Number format of matrix products, fp32 or bf16; the session's engine.dtype where it is not given.")
  var dtype: String?

  @Option(
    help:
      "Library of matrix products, auto, native, openblas or onednn; the session's engine.backend where it is not given."
  )
  var backend: String?

  @OptionGroup var display: DisplayOptions

  func validate() throws {
    if let steps, steps < 1 { throw ValidationError("--steps is \(steps): give 1 or more.") }
    if let pauseAfter, pauseAfter < 0 { throw ValidationError("--pause-after is \(pauseAfter): give 0 or more.") }
    if runName != nil, !resume { throw ValidationError("--run names a run to go on with: give --resume too.") }
    if resume, seed != nil {
      throw ValidationError("--seed cannot be changed with --resume: a resumed run keeps its seed.")
    }
  }

  func run() throws {
    SignalWatch.shared.holdHangups()
    var overrides = given.overrides
    if let seed { overrides.append("seed=\(seed)") }
    if let checkpointEvery { overrides.append("schedule.checkpoint_every=\(checkpointEvery)") }
    if let dtype { overrides.append("engine.dtype=\(dtype)") }
    if let backend { overrides.append("engine.backend=\(backend)") }
    let loaded = try chosenSession(overrides)
    let wantsWorkbench = !headless && !json && !plain && display.terminalIsUsable
    let options = BackendOptions(
      session: loaded, resume: resume, run: runName, stepsLimit: steps, previews: wantsWorkbench,
      pauseAfter: pauseAfter, evaluations: evaluate, canHandOver: wantsWorkbench)
    let summary = wantsWorkbench ? try runInWorkbench(options) : runInLines(options)
    if summary.outcome == "failed" {
      throw CommandFailure(
        message: summary.reason ?? "the run failed at step \(summary.step).", status: summary.exitStatus)
    }
  }

  /// A resumed run goes on with the settings it was started with, whatever became of its file; only what is overridden now differs.
  private func chosenSession(_ overrides: [String]) throws -> Session {
    func fromFile() throws -> Session {
      try loadSession(session, sessionsDirectory: place.folder, overrides: overrides)
    }
    guard resume else { return try fromFile() }
    let directory = sessionDirectory(of: session, in: place.folder)
    guard let run = try RunStore.existing(in: directory)?.runToResume(named: runName) else {
      let name = try fromFile().name
      throw CommandFailure(
        message:
          "session \(name) has no run to resume in \(directory.path); start one with `mvp run \(session)`."
      )
    }
    return try loadStoredSession(
      session, run: run.name, sessionsDirectory: place.folder, overrides: overrides
    ).session
  }
}
