import ArgumentParser
import Files
import Foundation
import Histories
import Recipe
import RunEvents
import Sessions
import TrainingBackend

struct Eval: ComputingCommand {
  static let configuration = CommandConfiguration(
    abstract: "Judge a checkpoint of a run, a file of weights or an untrained student by its frozen features.",
    discussion: """
      Labelled pictures are those of the session (evals.data), or those of --data: a folder of class directories, of which every fifth
      picture is scored, or a folder with parts in it (train, val, test, in whatever habit they are named); or two folders, --train and
      --test. What was taken for what is said. Results on runs and on untrained students are kept in the run store;
      `mvp runs` and the workbench show them. Each score stands beside its 95% confidence interval (Wilson), what the session's
      untrained student and teacher score by the same evaluation, and chance: 1 / classes, or the share of the largest class where the
      classes are uneven.

      EXAMPLE
        mvp eval demo                                     newest checkpoint of the newest run, the usual evaluations
        mvp eval demo --run brisk-otter --step 500 --kind knn --option k=10,20,50 --option temperature=0.04
        mvp eval sessions/demo/checkpoints/brisk-otter/500   a checkpoint by its path, without any store
        mvp eval demo --kind depth --set depth.features=both --json
        mvp eval demo --kind finetune --as-run --set finetune.epochs=20   by a run of its own, with curves, pause and resume
        mvp eval demo --untrained --seed 1                a fresh student: what training has to beat
        mvp eval --weights dinov2-vits14 --size 224 --data photos --json

      KINDS, AND THEIR OPTIONS BY --option, OR BY --set KIND.OPTION=VALUE
      \(ModelEvaluation.kinds.map(helpLines).joined(separator: "\n"))
      """)

  /// A kind and its options, a line each.
  private static func helpLines(_ description: EvaluationDescription) -> String {
    let options = description.options.map { option in
      let usual = option.usual.map { "; \($0)" } ?? ""
      let several = option.most > 1 ? ", or several" : ""
      return "    \(padded(option.name, 11)) \(option.help)\n"
        + "    \(padded("", 11)) \(option.values.words)\(several)\(usual)"
    }
    return (["  \(padded(description.kind, 13)) \(description.title)"] + options).joined(separator: "\n")
  }

  @Argument(
    help: "Session: a name or a path to a YAML file; or a checkpoint: the path of its folder.",
    completion: Candidates.sessionFiles)
  var session: String?

  @OptionGroup var place: SessionPlace

  @Option(
    name: .customLong("run"), help: ArgumentHelp("Run; the session's newest where it is not given.", valueName: "name"),
    completion: Candidates.runs)
  var runName: String?

  @Option(help: "Step of the checkpoint; the newest where it is not given.")
  var step: Int?

  @Option(
    help: "Judge this instead of a run: a safetensors file, a folder with one, or a checkpoint's folder.",
    completion: .file(), transform: userPath)
  var weights: String?

  @Option(help: "Pixels at which --weights is judged, as 224 or 128x64; the model's own where it is not given.")
  var size: PlaneSize?

  @Option(help: "Tower of --weights, where it has several; chosen by meaning (teacher, average) where it is not given.")
  var tower: String?

  @Flag(help: "Judge a fresh student of the session with its seed.")
  var untrained = false

  @Option(help: "Seed of the untrained student; the session's where it is not given.")
  var seed: UInt64?

  @Option(
    help:
      "\(alternatives(kindNames)); may be repeated; \(ModelEvaluation.usualKinds.joined(separator: ", ")) where it is not given.",
    completion: .list(kindNames))
  var kind: [String] = []

  @Option(
    help: ArgumentHelp(
      "An option of the evaluations that know it, such as k=20; may be repeated.", valueName: "name=value"),
    completion: .list(optionNames.map { $0 + "=" }))
  var option: [String] = []

  @Option(help: "The same as --option k=...: one number or several (10,20,50), the first for the score.")
  var k: String?

  @Option(help: "The same as --option temperature=...: neighbours vote with exp(cosine / temperature).")
  var temperature: String?

  @Option(help: "The same as --option iterations=....")
  var iterations: String?

  @Option(help: "The same as --option decay=...: one, or several (1e-4,1e-2) to choose from on held-out pictures.")
  var decay: String?

  @Option(help: "The same as --option features=...: what stands for a picture: cls, mean (of the patches) or both.")
  var features: String?

  @Option(
    help: "Folder of labelled pictures in place of the session's.", completion: .directory, transform: userPath)
  var data: String?

  @Option(
    help: "Folder of class directories to learn from in place of the session's; goes with --test.",
    completion: .directory,
    transform: userPath)
  var train: String?

  @Option(
    help: "Folder of class directories to score on; goes with --train.", completion: .directory, transform: userPath)
  var test: String?

  @OptionGroup var given: SessionOverrides

  @Option(
    help:
      "What computes: cpu, torch-cpu, cuda or cuda:N, by libtorch (`mvp torch`); the session's engine.device where it is not given.",
    completion: Candidates.devices)
  var device: String?

  @Option(help: "Threads; all cores where it is not given.")
  var threads: Int?

  @Flag(
    name: .customLong("baselines"), inversion: .prefixedNo,
    help: "Whether scores are held against the untrained student and the teacher too, each measured once a session.")
  var measuresBaselines = true

  @Flag(
    help: ArgumentHelp(
      "Have \(alternatives(trialNames)) made by a run of its own, a trial: it has curves and checkpoints, is attached to, paused and "
        + "resumed as any run, and its score stands among the evaluations of the judged run. The same command goes on with one that was "
        + "cut short; --set takes every key of the trial's session."))
  var asRun = false

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
    if let wrong = kind.first(where: { ModelEvaluation.kinds.named($0) == nil }) {
      throw ValidationError(
        "--kind is \(wrong): choose \(alternatives(Self.kindNames))\(meaning(of: wrong, among: Self.kindNames))")
    }
    if asRun {
      guard kind.count == 1, chosenKinds.allSatisfy(Self.trialNames.contains) else {
        throw ValidationError("--as-run makes one kind: give --kind \(alternatives(Self.trialNames)).")
      }
      guard weights == nil, !untrained, data == nil, train == nil, threads == nil else {
        throw ValidationError(
          "--as-run judges a run of the session on the session's pictures: leave out --weights, --untrained, --data, --train, --test "
            + "and --threads.")
      }
    }
    guard size?.shorter ?? 1 > 0, threads ?? 1 > 0, step ?? 1 >= 0 else {
      throw ValidationError("--size and --threads are 1 or more, --step is 0 or more.")
    }
    let requests = try requests
    do {
      try ModelEvaluation.check(requests)
      _ = try device.map(EngineOptions.device)
    } catch {
      throw ValidationError("\(error)")
    }
  }

  func run() throws {
    if asRun { return try makeTrial() }
    var evaluation = try evaluation()
    evaluation.measuresBaselines = measuresBaselines
    evaluation.device = try device.map(EngineOptions.device)
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
    let requests = try requests
    let data = data.map { URL(fileURLWithPath: $0, isDirectory: true) }
    if let weights {
      let loaded = try session.map {
        try loadSession(
          $0, sessionsDirectory: place.folder, overrides: sessionOverrides, evaluations: ModelEvaluation.kinds)
      }
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
        subject: .folder(folder),
        session: try folder.loadSession(overrides: sessionOverrides, evaluations: ModelEvaluation.kinds),
        requests: requests, data: data, threads: threads)
    }
    if untrained {
      let overrides = sessionOverrides + (seed.map { ["seed=\($0)"] } ?? [])
      let loaded = try loadSession(
        name, sessionsDirectory: place.folder, overrides: overrides, evaluations: ModelEvaluation.kinds)
      return ModelEvaluation(subject: .untrained, session: loaded, requests: requests, data: data, threads: threads)
    }
    let stored = try loadStoredSession(
      name, run: runName, sessionsDirectory: place.folder, overrides: sessionOverrides,
      evaluations: ModelEvaluation.kinds)
    return ModelEvaluation(
      subject: .checkpoint(run: stored.run, step: step), session: stored.session, requests: requests, data: data,
      threads: threads)
  }

  /// Kinds that a run of its own can make.
  private static let trialNames = ModelEvaluation.kinds.filter { $0.task != nil }.map(\.kind)
  private static let kindNames = ModelEvaluation.kinds.map(\.kind)

  /// Names of the options of all kinds, each once.
  private static let optionNames = ModelEvaluation.kinds.flatMap(\.options).map(\.name)
    .reduce(into: [String]()) { names, name in if !names.contains(name) { names.append(name) } }

  /// What is asked for, each kind with those of the options that it knows.
  ///
  /// - Throws: `ValidationError` where an option is no option, is given twice, or none of the kinds knows it.
  var requests: [EvalRequest] {
    get throws {
      let options = try chosenOptions()
      let own = try kindOptions()
      let names = chosenKinds
      let chosen = names.compactMap { ModelEvaluation.kinds.named($0) }
      let known = Set(chosen.flatMap(\.options).map(\.name))
      for name in options.keys.sorted() where !known.contains(name) {
        // One kind says by itself what it knows.
        guard chosen.count > 1 else { break }
        let options = Self.optionNames.filter(known.contains)
        throw ValidationError(
          "--option \(name): no chosen evaluation knows it; they know \(options.joined(separator: ", "))"
            + meaning(of: name, among: options))
      }
      return names.map { kind in
        let known = chosen.first { $0.kind == kind }?.options.map(\.name) ?? []
        let shared = options.filter { chosen.count == 1 || known.contains($0.key) }
        return EvalRequest(kind: kind, options: shared.merging(own[kind] ?? [:]) { _, own in own })
      }
    }
  }

  /// The kinds asked for by today's names.
  private var chosenKinds: [String] {
    guard !kind.isEmpty else { return ModelEvaluation.usualKinds }
    return kind.map { ModelEvaluation.kinds.named($0)?.kind ?? $0 }
  }

  /// The kind that `--set KIND.OPTION=VALUE` means; nil where it is a key of the session.
  private func kind(of override: String) -> String? {
    let name = override.prefix { $0 != "." && $0 != "=" }
    guard override.dropFirst(name.count).first == ".",
      let kind = ModelEvaluation.kinds.named(String(name))
    else { return nil }
    // A trial's session has a section of that name.
    let option = override.dropFirst(name.count + 1).prefix { $0 != "=" }
    return asRun && !kind.options.contains { $0.name == option } ? nil : kind.kind
  }

  /// What is left of `--set` for the session.
  var sessionOverrides: [String] { given.overrides.filter { kind(of: $0) == nil } }

  /// `--set KIND.OPTION=VALUE`, by kind and option.
  private func kindOptions() throws -> [String: [String: String]] {
    var options: [String: [String: String]] = [:]
    for text in given.overrides {
      guard let kind = self.kind(of: text) else { continue }
      let sides = text.split(separator: "=", maxSplits: 1).map(String.init)
      guard sides.count == 2 else {
        throw ValidationError("--set is \"\(text)\": write \(kind).OPTION=VALUE.")
      }
      guard chosenKinds.contains(kind) else {
        throw ValidationError("--set \(sides[0]) is an option of \(kind), which is not asked for: add --kind \(kind).")
      }
      let name = sides[0].split(separator: ".", maxSplits: 1).last.map(String.init) ?? ""
      options[kind, default: [:]][name] = sides[1]
    }
    return options
  }

  /// The values of `--option` and of the flags that stand for it, by name.
  private func chosenOptions() throws -> [String: String] {
    let flags = [
      "k": k, "temperature": temperature, "iterations": iterations, "decay": decay, "features": features,
    ]
    var options = flags.compactMapValues { $0 }
    for text in option {
      let sides = text.split(separator: "=", maxSplits: 1).map(String.init)
      guard sides.count == 2 else {
        throw ValidationError("--option is \"\(text)\": write NAME=VALUE, such as k=20.")
      }
      guard options.updateValue(sides[1], forKey: sides[0]) == nil else {
        throw ValidationError("option \(sides[0]) is given twice: give it once.")
      }
    }
    return options
  }

  /// Columns of the kinds' names, which one line at a time says in the same place.
  private static let leastKindColumns = 6

  func line(_ report: ModelEvaluation.Report) -> String {
    let width = chosenKinds.map(\.count).max() ?? 0
    let facts = report.baselines?.facts(of: report.score).joined(separator: ", ") ?? ""
    let description = ModelEvaluation.kinds.named(report.kind)
    let words = [
      "\(padded(report.kind, max(Self.leastKindColumns, width))) \(scoreText(report.score))", facts,
      report.summary, description?.detailTexts(report.details).joined(separator: ", ") ?? "", report.data.shortWords,
      report.data.skippedWords ?? "", "\(fixedText(report.seconds, decimals: 1)) s", report.subject,
    ]
    return words.filter { !$0.isEmpty }.joined(separator: "  ")
  }
}
