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
        mvp run my-session.yaml --device cuda --dtype bf16               on a GPU, once `mvp torch build` was made
        mvp run my-session.yaml --resume
        mvp run sessions/demo/checkpoints/brisk-otter/500 --resume      a checkpoint by its path, without any store
        mvp run my-session.yaml --resume --set schedule.steps=20000     longer than it was to be
        mvp run --replay brisk-otter     the step of that run that was not finite, again
      """)

  @Argument(
    help: "Session: a name or a path to a YAML file; not needed with --replay.", completion: Candidates.sessionFiles)
  var session = ""

  @OptionGroup var place: SessionPlace

  @Flag(help: "No workbench: print lines, or JSON with --json.")
  var headless = false

  @Flag(help: "Print every event as one JSON object a line (see Sources/RunEvents/PROTOCOL.md); implies --headless.")
  var json = false

  @Flag(help: "Print plain lines instead of the workbench.")
  var plain = false

  @Flag(
    help: ArgumentHelp(
      "Go on from the newest checkpoint of the session's newest run, or of the one that --run names, with its settings, what was edited in "
        + "the session's file since, and what is overridden now."))
  var resume = false

  @Flag(help: "Resume although the run will not be what it would have been: say what differs and go on.")
  var acceptChanges = false

  @Flag(help: "Resume with the run's own settings, whatever became of the session's file.")
  var keepSettings = false

  @Option(
    name: .customLong("run"), help: ArgumentHelp("Run to resume.", valueName: "name"),
    completion: Candidates.runs)
  var runName: String?

  @Option(
    help: ArgumentHelp(
      "Make a step again that was not finite, and say where that begins: a folder that a run has kept, or a run's name.",
      valueName: "folder"), completion: Candidates.runs)
  var replay: String?

  @Option(
    help: ArgumentHelp("Pause after that many steps; 0 begins paused, for a front end to resume.", valueName: "n"))
  var pauseAfter: Int?

  @Option(help: "Make at most this many steps now, then checkpoint and stop. The schedule's length is schedule.steps.")
  var steps: Int?

  @Option(help: "Seed of the run; the session's where it is not given.")
  var seed: UInt64?

  @Option(
    help: ArgumentHelp(
      "Evaluation to begin with, such as `knn` or `knn k=20 features=mean`; may be repeated. `mvp eval --help` lists them.",
      valueName: "eval"),
    completion: .list(ModelEvaluation.kinds.map(\.kind)), transform: EvalRequest.init(words:))
  var evaluate: [EvalRequest] = []

  @OptionGroup var given: SessionOverrides

  @Option(help: "Steps between checkpoints; 0 makes none on the way.")
  var checkpointEvery: Int?

  @Option(
    help:
      "What computes: cpu, torch-cpu, cuda or cuda:N, by libtorch (`mvp torch`); the session's engine.device where it is not given.",
    completion: Candidates.devices)
  var device: String?

  @Option(
    help: "Number format of matrix products, fp32 or bf16; the session's engine.dtype where it is not given.",
    completion: Candidates.dtypes)
  var dtype: String?

  @Option(
    help:
      "Library of matrix products, auto, native, openblas or onednn; the session's engine.backend where it is not given.",
    completion: Candidates.backends
  )
  var backend: String?

  @Option(
    help: ArgumentHelp(
      "Under mpirun: seconds that ranks wait for each other within a step before the run ends.", valueName: "seconds"))
  var rankTimeout = 300.0

  @OptionGroup var display: DisplayOptions

  func validate() throws {
    if replay == nil, session.isEmpty { throw ValidationError("Missing expected argument '<session>'") }
    if replay != nil, resume || headless || plain || steps != nil || pauseAfter != nil || !evaluate.isEmpty {
      throw ValidationError("--replay makes one step again: leave out what is for training.")
    }
    if !(rankTimeout > 0 && rankTimeout.isFinite) {
      throw ValidationError("--rank-timeout is \(rankTimeout): give seconds, more than 0.")
    }
    if let steps, steps < 1 { throw ValidationError("--steps is \(steps): give 1 or more.") }
    if let pauseAfter, pauseAfter < 0 { throw ValidationError("--pause-after is \(pauseAfter): give 0 or more.") }
    if runName != nil, !resume { throw ValidationError("--run names a run to go on with: give --resume too.") }
    if acceptChanges || keepSettings, !resume {
      throw ValidationError("--accept-changes and --keep-settings are for a run that goes on: give --resume too.")
    }
    if resume, seed != nil {
      throw ValidationError("--seed cannot be changed with --resume: a resumed run keeps its seed.")
    }
  }

  /// What is given of the session's section `engine`.
  var engineOverrides: [String] {
    [("device", device), ("dtype", dtype), ("backend", backend)].compactMap { key, value in
      value.map { "engine.\(key)=\($0)" }
    }
  }

  mutating func run() throws {
    if let replay { return try makeAgain(replay) }
    guard let ranks = try meetRanks(patience: rankTimeout) else { return try train(with: nil) }
    guard ranks.group.rank == 0 else { return try follow(ranks) }
    do {
      try train(with: ranks)
      ranks.end(status: 0)
    } catch {
      // MPI kills this process, too.
      if ranks.group.isBroken { writeError("\(error)") }
      ranks.end(status: 1)
      throw error
    }
  }

  private mutating func train(with ranks: RankMeeting?) throws {
    SignalWatch.shared.holdHangups()
    var overrides = given.overrides
    if let seed { overrides.append("seed=\(seed)") }
    if let checkpointEvery { overrides.append("schedule.checkpoint_every=\(checkpointEvery)") }
    overrides += engineOverrides
    // The terminal of several ranks is that of who started them.
    let wantsWorkbench = ranks == nil && !headless && !json && !plain && display.terminalIsUsable
    var options: BackendOptions
    if resume {
      if let folder = try CheckpointFolder(path: session) {
        guard runName == nil else {
          throw CommandFailure(message: "\(session) is a checkpoint of run \(folder.run): leave out --run.", status: 2)
        }
        let home = try takeIn(folder)
        place.sessions = home.deletingLastPathComponent().path
        (session, runName) = (home.lastPathComponent, folder.run)
      }
      let resumed = try loadResumedSession(
        ResumeRequest(
          session: session, run: runName, overrides: overrides, acceptsChanges: acceptChanges,
          keepsSettings: keepSettings, evaluations: ModelEvaluation.kinds), sessionsDirectory: place.folder)
      options = BackendOptions(session: resumed.session, resume: true, run: resumed.run.name)
      options.resumption = Resumption(resumed, acceptsChanges: acceptChanges)
    } else {
      options = BackendOptions(
        session: try loadSession(
          session, sessionsDirectory: place.folder, overrides: overrides, evaluations: ModelEvaluation.kinds))
    }
    options.ranks = ranks
    options.stepsLimit = steps
    options.previews = wantsWorkbench
    options.pauseAfter = pauseAfter
    options.evaluations = evaluate
    options.canHandOver = wantsWorkbench
    options.launcher = .processes(in: place)
    let summary = wantsWorkbench ? try runInWorkbench(options) : try runInLines(options)
    if summary.exitStatus != ExitStatus.ok.rawValue {
      throw CommandFailure(
        message: summary.reason ?? "the run failed at step \(summary.step).", status: summary.exitStatus)
    }
  }
}
