import ArgumentParser
import Foundation
import RunEvents
import Sessions
import TrainingBackend

struct RunsFork: ComputingCommand {
  static let configuration = CommandConfiguration(
    commandName: "fork", abstract: "Go on from a checkpoint of a run as another run, with other values.",
    discussion: """
      The fork has a name of its own, sees the pictures of its parent in the same order under the same masks, and shares the parent's steps up to
      the checkpoint. Guidance, objective, mask, optimiser, length: everything may differ but the student's shape, the pictures, the batch size and the
      seed. It trains at once, as `mvp run --resume` does; `mvp run SESSION --resume --run FORK` goes on with it later.

      EXAMPLE
        mvp runs fork brisk-otter --at 500 --set guidance.start=dino
        mvp runs fork demo brisk-otter --set mask.masked=0.5 --set optimizer.learning_rate=0.001 --json
        mvp runs fork brisk-otter --name dino-branch --set guidance.start=dino --no-run
      """)

  @Argument(help: "Run; or its session, before it.", completion: Candidates.sessionsOrRuns)
  var session: String

  @Argument(help: ArgumentHelp("Run of that session.", valueName: "run"), completion: Candidates.runs)
  var runName: String?

  @OptionGroup var place: SessionPlace

  @Option(
    help: ArgumentHelp("Step of the checkpoint; the newest where it is not given.", valueName: "step"),
    completion: Candidates.checkpointSteps)
  var at: Int?

  @OptionGroup var given: SessionOverrides

  @Option(help: "Name of the fork: letters, digits, - and _; made up where it is not given.")
  var name: String?

  @Flag(help: "Make the fork without training it.")
  var noRun = false

  @Flag(help: "No workbench: print lines, or JSON with --json.")
  var headless = false

  @Flag(
    help: "Print every event as one JSON object a line; with --no-run, the fork as one object.")
  var json = false

  @Flag(help: "Print plain lines instead of the workbench.")
  var plain = false

  @Option(help: "Make at most this many steps now, then checkpoint and stop. The schedule's length is schedule.steps.")
  var steps: Int?

  @OptionGroup var display: DisplayOptions

  func validate() throws {
    if let at, at < 0 { throw ValidationError("--at is \(at): give the step of a checkpoint.") }
    if let steps, steps < 1 { throw ValidationError("--steps is \(steps): give 1 or more.") }
    if noRun, steps != nil { throw ValidationError("--no-run makes no step: leave out --steps.") }
  }

  func run() throws {
    let found = try RunFinder(place: place).find(session: session, run: runName)
    let fork = try found.store.fork(
      ForkRequest(run: found.run.name, step: at, values: given.overrides, name: name),
      evaluations: ModelEvaluation.kinds)
    guard noRun else { return try train(fork, in: found) }
    if json {
      return try printJSON(
        Made(session: found.session, run: fork.run, origin: fork.origin, checkpoint: fork.checkpoint.path))
    }
    print(
      """
      \(fork.run) is a \(fork.changes.sentence(of: fork.origin))
      `mvp run \(found.session)\(place.words) --resume --run \(fork.run)` trains it
      """)
  }

  /// A fork as JSON.
  private struct Made: Encodable {
    let session: String
    let run: String
    let origin: RunOrigin
    let checkpoint: String

    enum CodingKeys: String, CodingKey {
      case session, run, checkpoint
      case origin = "fork_of"
    }
  }

  private func train(_ fork: ForkedRun, in found: FoundRun) throws {
    var run = try Run.parse([found.session, "--resume", "--keep-settings", "--run", fork.run])
    run.place = place
    (run.headless, run.json, run.plain, run.steps) = (headless, json, plain, steps)
    run.display = display
    do {
      try run.run()
    } catch {
      try? found.store.forget(fork)
      throw error
    }
  }
}
