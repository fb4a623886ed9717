import ArgumentParser
import Files
import Foundation
import Histories
import RunEvents
import Sessions
import TrainingBackend

struct Eval: ComputingCommand {
  static let configuration = CommandConfiguration(
    abstract: "Judge a checkpoint of a run, a file of weights or an untrained student by kNN and linear probe.",
    discussion: """
      Labelled pictures are those of the session (evals.data), or those of --data: a folder of class directories, of which every fifth
      picture is scored, or a folder with parts in it (train, val, test, in whatever habit they are named); or two folders, --train and
      --test. What was taken for what is said. Results on runs and on untrained students are kept in the run store;
      `mvp runs` and the workbench show them.

      EXAMPLE
        mvp eval demo                                     newest checkpoint of the newest run, all evaluations
        mvp eval demo --run brisk-otter --step 500 --kind knn --k 10,20,50 --temperature 0.04
        mvp eval sessions/demo/checkpoints/brisk-otter/500   a checkpoint by its path, without any store
        mvp eval demo --untrained --seed 1                a fresh student: what training has to beat
        mvp eval --weights dinov2-vits14 --size 224 --data photos --json
      """)

  @Argument(help: "Session: a name or a path to a YAML file; or a checkpoint: the path of its folder.")
  var session: String?

  @OptionGroup var place: SessionPlace

  @Option(
    name: .customLong("run"), help: ArgumentHelp("Run; the session's newest where it is not given.", valueName: "name"))
  var runName: String?

  @Option(help: "Step of the checkpoint; the newest where it is not given.")
  var step: Int?

  @Option(
    help: "Judge this instead of a run: a safetensors file, a folder with one, or a checkpoint's folder.",
    transform: userPath)
  var weights: String?

  @Option(help: "Edge in pixels at which --weights is judged; the model's own where it is not given.")
  var size: Int?

  @Option(help: "Tower of --weights, where it has several; chosen by meaning (teacher, average) where it is not given.")
  var tower: String?

  @Flag(help: "Judge a fresh student of the session with its seed.")
  var untrained = false

  @Option(help: "Seed of the untrained student; the session's where it is not given.")
  var seed: UInt64?

  @Option(help: "knn or linear; may be repeated; both where it is not given.")
  var kind: [String] = []

  @Option(help: "kNN: neighbours that vote, one number or several (10,20,50), the first for the score.")
  var k: String?

  @Option(help: "kNN: neighbours vote with exp(cosine / temperature).")
  var temperature: String?

  @Option(help: "Linear probe: L-BFGS iterations at most.")
  var iterations: String?

  @Option(help: "Linear probe: weight decay, or several (1e-4,1e-2) to choose from on held-out pictures.")
  var decay: String?

  @Option(help: "What stands for a picture: cls or mean (of the patches).")
  var features: String?

  @Option(help: "Folder of labelled pictures in place of the session's.", transform: userPath)
  var data: String?

  @Option(
    help: "Folder of class directories to learn from in place of the session's; goes with --test.", transform: userPath)
  var train: String?

  @Option(help: "Folder of class directories to score on; goes with --train.", transform: userPath)
  var test: String?

  @OptionGroup var given: SessionOverrides

  @Option(help: "Threads; all cores where it is not given.")
  var threads: Int?

  @Flag(help: "Print one JSON object a line and result.")
  var json = false

  func validate() throws {
    if weights == nil, session == nil { throw ValidationError("name a session, or a file with --weights.") }
    if (train == nil) != (test == nil) { throw ValidationError("--train and --test go together: give both.") }
    if data != nil, train != nil {
      throw ValidationError("--data is one folder, --train and --test are two: leave out either.")
    }
    if session == nil, data == nil, train == nil {
      throw ValidationError(
        "--weights needs labelled pictures: name a session, or a folder with --data, or two with --train and --test.")
    }
    if weights != nil, untrained || runName != nil || step != nil {
      throw ValidationError("--weights judges a file: leave out --untrained, --run and --step.")
    }
    if untrained, runName != nil || step != nil {
      throw ValidationError("--untrained judges a fresh student: leave out --run and --step.")
    }
    if seed != nil, !untrained { throw ValidationError("--seed goes with --untrained: a run has its own seed.") }
    if size != nil, weights == nil { throw ValidationError("--size goes with --weights: a student has its own size.") }
    if tower != nil, weights == nil { throw ValidationError("--tower goes with --weights: a student is one tower.") }
    if let wrong = kind.first(where: { !ModelEvaluation.kinds.contains($0) }) {
      throw ValidationError("--kind is \(wrong): choose \(ModelEvaluation.kinds.joined(separator: " or ")).")
    }
    guard size ?? 1 > 0, threads ?? 1 > 0, step ?? 1 >= 0 else {
      throw ValidationError("--size and --threads are 1 or more, --step is 0 or more.")
    }
    do {
      for request in requests { _ = try EvaluationPlan(request, settings: SessionFile()) }
    } catch {
      throw ValidationError("\(error)")
    }
  }

  func run() throws {
    var evaluation = try evaluation()
    if let train, let test {
      evaluation.folders = (
        URL(fileURLWithPath: train, isDirectory: true), URL(fileURLWithPath: test, isDirectory: true)
      )
    }
    let progress = ProgressLine(label: "eval")
    try evaluation.run(
      begin: { data in if !json { print("data   \(data.words)") } },
      progress: { event in
        if event.id == 0 { return writeError(event.phase) }
        progress.show(fraction: event.fraction, eta: event.eta, note: "\(event.kind): \(event.phase)")
      },
      report: { report in
        progress.clear()
        if json { try printJSON(report) } else { print(line(report)) }
        StandardOutput.shared.flush()
      })
  }

  private func evaluation() throws -> ModelEvaluation {
    let data = data.map { URL(fileURLWithPath: $0, isDirectory: true) }
    if let weights {
      let loaded = try session.map { try loadSession($0, sessionsDirectory: place.folder, overrides: given.overrides) }
      return ModelEvaluation(
        subject: .weights(URL(fileURLWithPath: weights), size: size, tower: tower), session: loaded, requests: requests,
        data: data,
        threads: threads)
    }
    let name = session ?? ""
    if let folder = try CheckpointFolder(path: name) {
      guard !untrained, runName == nil, step == nil else {
        throw CommandFailure(message: "\(name) is one checkpoint: leave out --untrained, --run and --step.", status: 2)
      }
      return ModelEvaluation(
        subject: .folder(folder), session: try folder.loadSession(overrides: given.overrides), requests: requests,
        data: data, threads: threads)
    }
    if untrained {
      let overrides = given.overrides + (seed.map { ["seed=\($0)"] } ?? [])
      let loaded = try loadSession(name, sessionsDirectory: place.folder, overrides: overrides)
      return ModelEvaluation(subject: .untrained, session: loaded, requests: requests, data: data, threads: threads)
    }
    let stored = try loadStoredSession(name, run: runName, sessionsDirectory: place.folder, overrides: given.overrides)
    return ModelEvaluation(
      subject: .checkpoint(run: stored.run, step: step), session: stored.session, requests: requests, data: data,
      threads: threads)
  }

  private var requests: [EvalRequest] {
    let knn = ["k": k, "temperature": temperature, "features": features]
    let linear = ["iterations": iterations, "decay": decay, "features": features]
    return (kind.isEmpty ? ModelEvaluation.kinds : kind).map { kind in
      EvalRequest(kind: kind, options: (kind == "knn" ? knn : linear).compactMapValues { $0 })
    }
  }

  private func line(_ report: ModelEvaluation.Report) -> String {
    let words = [
      "\(report.kind.padding(toLength: 6, withPad: " ", startingAt: 0)) \(scoreText(report.score))",
      report.summary, scoreTexts(report.details).joined(separator: ", "), report.data.shortWords,
      report.data.skippedWords ?? "", "\(fixedText(report.seconds, decimals: 1)) s", report.subject,
    ]
    return words.filter { !$0.isEmpty }.joined(separator: "  ")
  }
}
