import ArgumentParser
import Foundation
import Histories
import RunEvents
import TrainingBackend

struct Teach: ComputingCommand {
  static let configuration = CommandConfiguration(
    abstract: "Train a small teacher from drawn scenes, as those that ship with the program were.",
    discussion: """
      clip learns from pictures and captions (contrastive), dino from pictures alone (self-distillation). The file carries its recipe,
      seed, data range and scores.

      EXAMPLE
        mvp teach clip --output clip.safetensors
        mvp teach dino --steps 500 --output dino.safetensors
      """)

  @Argument(help: "clip or dino.")
  var kind: String

  @Option(help: "File to write.", transform: userPath)
  var output: String

  @Option(help: "Optimiser steps; the recipe's where it is not given.")
  var steps: Int?

  @Option(help: "Seed.")
  var seed: UInt64 = 0

  @OptionGroup var engine: EngineFlags

  @Flag(help: "Print one JSON object at the end.")
  var json = false

  func validate() throws {
    guard TeacherTraining.Kind(rawValue: kind) != nil else {
      throw ValidationError("there is no teacher `\(kind)`: choose clip or dino.")
    }
    guard steps ?? 1 > 0 else { throw ValidationError("--steps is 1 or more.") }
  }

  func run() throws {
    var training = TeacherTraining(
      kind: TeacherTraining.Kind(rawValue: kind) ?? .clip, output: URL(fileURLWithPath: output))
    training.steps = steps
    training.seed = seed
    training.engine = try engine.options
    let progress = ProgressLine(label: "teach \(kind)")
    let result = try training.run { done, all, line in progress.show(done: done, of: all, note: line) }
    progress.clear()
    if json { return try printJSON(result) }
    let scores = scoreTexts(result.scores)
    print("\(result.output): \(result.steps) steps in \(clockText(result.seconds)), \(scores.joined(separator: ", "))")
  }
}
