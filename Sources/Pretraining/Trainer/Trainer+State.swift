import Foundation
import Models
import Tensors

/// The numbers of a run's state; the arrays stand beside them in ``TrainerState``.
package struct TrainerProgress: Codable, Equatable, Sendable {
  package var seed: UInt64
  package var completedSteps: Int
  package var skippedBatches: Int
  package var guidance: String
  /// AdamW's own step count of `student` and of every head, `head.NAME`.
  package var optimizerSteps: [String: Int]
  /// Pictures that could not be decoded, by name.
  package var undecodable: [String]

  /// Guidances that have a head in the state.
  package var guidanceNames: Set<String> {
    Set(optimizerSteps.keys.filter { $0.hasPrefix("head.") }.map { String($0.dropFirst("head.".count)) })
  }

  package init(
    seed: UInt64, completedSteps: Int, skippedBatches: Int, guidance: String, optimizerSteps: [String: Int],
    undecodable: [String]
  ) {
    self.seed = seed
    self.completedSteps = completedSteps
    self.skippedBatches = skippedBatches
    self.guidance = guidance
    self.optimizerSteps = optimizerSteps
    self.undecodable = undecodable
  }

  package func write(to directory: URL) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted]
    try encoder.encode(self).write(to: directory.appendingPathComponent(Trainer.progressFile))
  }

  enum CodingKeys: String, CodingKey {
    case seed, guidance, undecodable
    case completedSteps = "completed_steps"
    case skippedBatches = "skipped_batches"
    case optimizerSteps = "optimizer_steps"
  }
}

/// The whole state of a run at a step boundary: what ``Trainer/restore(_:tensors:)`` needs to go on bit for bit.
package struct TrainerState {
  package var progress: TrainerProgress
  /// `student.*`, `head.NAME.*`, `targets.NAME.*`, for each of these `adamw.*.exp_avg` and `adamw.*.exp_avg_sq`, and
  /// `average.NAME.*.value` and `earlier.*.value` of copies that follow the student. They share memory with the
  /// trainer: write them out before the next step.
  package var tensors: [NamedTensor]
}

extension Trainer {
  package static let optimizerPrefix = "adamw."
  package static let tensorsFile = "trainer.safetensors"
  package static let progressFile = "trainer.json"

  private var optimizers: [(key: String, optimizer: AdamW)] {
    [("student", studentOptimizer)]
      + guidanceNames.compactMap { name in heads[name].map { ("head.\(name)", $0.optimizer) } }
  }

  private var parameters: [NamedTensor] {
    studentParameters + guidanceNames.flatMap { heads[$0]?.parameters ?? [] }
  }

  package func state() -> TrainerState {
    let moments = optimizers.flatMap { entry in
      entry.optimizer.state().map { NamedTensor(name: Self.optimizerPrefix + $0.name, tensor: $0.tensor) }
    }
    return TrainerState(
      progress: TrainerProgress(
        seed: settings.seed, completedSteps: completedSteps, skippedBatches: skippedBatches, guidance: guidance,
        optimizerSteps: Dictionary(uniqueKeysWithValues: optimizers.map { ($0.key, $0.optimizer.stepCount) }),
        undecodable: undecodable.sorted()),
      tensors: parameters + moments
        + guidanceNames.flatMap { heads[$0]?.statistics.tensors(device) ?? [] }
        + followers.flatMap { $0.follower.state(prefix: $0.key) })
  }

  /// Takes over a state. Nothing is changed if it throws: another seed, an unknown guidance, a missing or misshapen
  /// tensor.
  /// - Parameters:
  ///   - guidance: the guidance to go on under, where it is not the one of the state.
  ///   - fresh: guidances that the state does not know: their heads stay as they are initialised.
  ///   - formsAnew: whether targets have another form than in the state: statistics that it lacks begin anew.
  ///   - values: a tensor's values by name, nil where there is none.
  package func restore(
    _ progress: TrainerProgress, guidance next: String? = nil, fresh: Set<String> = [], formsAnew: Bool = false,
    tensors values: (String) throws -> [Float]?
  ) throws {
    let next = next ?? progress.guidance
    let known = guidanceNames.filter { !fresh.contains($0) }.compactMap { heads[$0] }
    let optimizers = optimizers.filter { entry in !fresh.contains { entry.key == "head.\($0)" } }
    guard progress.seed == settings.seed else {
      throw TrainerError.state("it was made with seed \(progress.seed), and this run has seed \(settings.seed)")
    }
    _ = try heads(of: next)
    let loadedParameters = try (studentParameters + known.flatMap(\.parameters)).map { parameter in
      (parameter.tensor, try Self.require(parameter.name, count: parameter.tensor.count, values))
    }
    var moments: [[String: [Float]]] = []
    for entry in optimizers {
      moments.append(
        try Self.moments(of: entry.optimizer, key: entry.key, steps: progress.optimizerSteps[entry.key], values))
    }
    let statistics = try known.map { ($0, try $0.statistics.restored(values, needsAll: !formsAnew)) }
    let begun = followers.filter { follower in fresh.contains { follower.key == Self.followerKey($0) } }
    let following = try followers.filter { follower in !begun.contains { $0.key == follower.key } }.flatMap {
      try $0.follower.state(prefix: $0.key).map { part in
        (part.tensor, try Self.require(part.name, count: part.tensor.count, values))
      }
    }
    for (entry, state) in zip(optimizers, moments) {
      try entry.optimizer.load(state: state, stepCount: progress.optimizerSteps[entry.key] ?? 0)
    }
    for (tensor, values) in loadedParameters + following { tensor.write(values) }
    for (_, follower) in begun { follower.begin(as: student) }
    for (head, statistics) in statistics { head.statistics = statistics }
    completedSteps = progress.completedSteps
    skippedBatches = progress.skippedBatches
    try switchGuidance(next)
    undecodable = Set(progress.undecodable)
  }

  /// The moments of an optimiser; a parameter that no step has reached yet has none.
  package static func moments(
    of optimizer: AdamW, key: String, steps: Int?, _ values: (String) throws -> [Float]?
  ) throws -> [String: [Float]] {
    guard let steps else { throw TrainerError.state("the step count of `\(key)` is missing") }
    var moments: [String: [Float]] = [:]
    for parameter in optimizer.parameters {
      for moment in [".exp_avg", ".exp_avg_sq"].map({ parameter.name + $0 }) {
        guard let found = try values(optimizerPrefix + moment) else { continue }
        guard found.count == parameter.tensor.count else {
          throw TrainerError.state(
            "tensor `\(optimizerPrefix + moment)` has \(found.count) values where \(parameter.tensor.count) are needed")
        }
        moments[moment] = found
      }
    }
    guard steps == 0 || !moments.isEmpty else {
      throw TrainerError.state("the moments of `\(key)` are missing after \(steps) steps")
    }
    return moments
  }

  package static func require(
    _ name: String, count: Int, _ values: (String) throws -> [Float]?
  ) throws -> [Float] {
    guard let found = try values(name) else { throw TrainerError.state("tensor `\(name)` is missing") }
    guard found.count == count else {
      if name.hasPrefix("head.") {
        throw TrainerError.state(
          "the features of teacher \(name.split(separator: ".")[1]) have another width than those its head was made for (tensor "
            + "`\(name)` has \(found.count) values where \(count) are needed); under another name the teacher gets a fresh head"
        )
      }
      throw TrainerError.state("tensor `\(name)` has \(found.count) values where \(count) are needed")
    }
    return found
  }

  /// What a file with the student in it says about itself.
  package var card: ModelCard {
    ModelCard(
      family: .mvp, vision: student.configuration, normalization: settings.normalization, seed: settings.seed,
      recipe: ["steps": "\(completedSteps)", "guidance": guidance])
  }

  /// Writes the state into a directory as `trainer.safetensors` and `trainer.json`. The tensors' file carries the
  /// student's ``ModelCard``, so that the student can be read from it as from an export.
  package func save(to directory: URL) throws {
    let state = state()
    try writeSafetensors(
      state.tensors, metadata: try card.metadata(), dtype: .float32,
      to: directory.appendingPathComponent(Self.tensorsFile))
    try state.progress.write(to: directory)
  }

  /// Restores what ``save(to:)`` wrote; the guidance to go on under and new ones as
  /// ``restore(_:guidance:fresh:formsAnew:tensors:)`` takes them.
  package func load(
    from directory: URL, guidance: String?, fresh: Set<String> = [], formsAnew: Bool = false
  ) throws {
    let progress = try Self.progress(in: directory)
    let file = try SafetensorsFile(directory.appendingPathComponent(Self.tensorsFile))
    let names = Set(file.names)
    try restore(progress, guidance: guidance, fresh: fresh, formsAnew: formsAnew) {
      names.contains($0) ? try file.floats($0) : nil
    }
  }

  /// The numbers of a saved state, without its tensors.
  package static func progress(in directory: URL) throws -> TrainerProgress {
    let file = directory.appendingPathComponent(progressFile)
    do {
      return try JSONDecoder().decode(TrainerProgress.self, from: Data(contentsOf: file))
    } catch {
      throw TrainerError.state("\(file.path) is missing or damaged")
    }
  }
}
