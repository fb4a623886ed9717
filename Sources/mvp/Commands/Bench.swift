import ArgumentParser
import Foundation
import TrainingBackend

struct Bench: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Measure one pre-training step by phases, in images/s and GFLOP/s.",
    discussion: """
      The step is that of `mvp run`: frozen teacher, masked student, head on every token, AdamW. The teacher has the student's size.

      EXAMPLE
        mvp bench
        mvp bench --image-size 224 --patch-size 16 --width 768 --depth 12 --heads 12 --batch 8 --steps 3
        mvp bench --json
      """)

  @Option(help: "Edge of a picture in pixels.") var imageSize = 64
  @Option(help: "Edge of a patch in pixels.") var patchSize = 8
  @Option(help: "Features of a token.") var width = 128
  @Option(help: "Transformer blocks.") var depth = 6
  @Option(help: "Attention heads.") var heads = 4
  @Option(help: "Pictures of a step.") var batch = 64
  @Option(help: "Steps to measure, after two to warm up.") var steps = 10
  @OptionGroup var engine: EngineFlags
  @Flag(help: "Print one JSON object.") var json = false

  func validate() throws {
    for (name, value) in [
      ("image-size", imageSize), ("patch-size", patchSize), ("width", width), ("depth", depth), ("heads", heads),
      ("batch", batch), ("steps", steps),
    ] where value < 1 {
      throw ValidationError("--\(name) is \(value): give 1 or more.")
    }
    guard imageSize % patchSize == 0, imageSize > patchSize else {
      throw ValidationError(
        "--patch-size \(patchSize) must divide --image-size \(imageSize) and leave more than one patch.")
    }
    guard width % heads == 0 else { throw ValidationError("--heads \(heads) must divide --width \(width).") }
  }

  func run() throws {
    var benchmark = StepBenchmark()
    benchmark.imageSize = imageSize
    benchmark.patchSize = patchSize
    benchmark.width = width
    benchmark.depth = depth
    benchmark.heads = heads
    benchmark.batch = batch
    benchmark.outputs = width
    benchmark.steps = steps
    benchmark.engine = try engine.options
    let progress = ProgressLine(label: "bench", isShown: !json)
    let result = try benchmark.run { done, all in progress.show(done: done, of: all) }
    progress.clear()
    if json { return try printJSON(result) }
    print(
      "student   ViT d\(width) L\(depth) h\(heads) p\(patchSize) \(imageSize)px, \(result.params) parameters, batch \(batch)"
    )
    print("backend   \(result.backend)")
    print(
      "step      \(formatted(result.stepSeconds * 1000, 1)) ms  (\(formatted(result.stepMin * 1000, 1)) to \(formatted(result.stepMax * 1000, 1)))"
    )
    print(
      "speed     \(formatted(result.imagesPerSecond, 1)) images/s   \(formatted(result.gflops, 1)) GFLOP/s of \(formatted(result.gflop, 1)) GFLOP a step"
    )
    print("memory    \(formatted(result.peakMemoryMB, 0)) MB at most")
    for phase in ["data", "teacher", "forward", "backward", "optimizer"] {
      let seconds = result.phases[phase] ?? 0
      let share = seconds / max(result.stepSeconds, 1e-9)
      let bar = String(repeating: "#", count: Int((share * 40).rounded()))
      print(
        "\(phase.padding(toLength: 10, withPad: " ", startingAt: 0))\(String(format: "%8.1f ms %3.0f%%  ", seconds * 1000, share * 100))\(bar)"
      )
    }
  }
}
