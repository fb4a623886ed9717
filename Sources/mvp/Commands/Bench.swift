import ArgumentParser
import Foundation
import Histories
import Recipe
import TrainingBackend

struct Bench: ComputingCommand {
  static let configuration = CommandConfiguration(
    abstract: "Measure one training step by phases, the machine's peak, or the data pipeline.",
    discussion: """
      The step is that of `mvp run`. Pre-training: frozen teacher, masked student, head on every token, negative cosine, AdamW; the
      teacher has the student's size. --method: another method's step (`mvp methods`) by its own recipe. --task finetune: the same student by BEiT's recipe to \(StepBenchmark.fineTuningClasses) classes. --task segment:
      UperNet or a linear head on a BEiT-like model, losses of pixels at the pictures' size, \(StepBenchmark.segmentationClasses) classes. Pictures lie in memory. Sizes:
      \(BenchmarkSize.named.map(\.name).joined(separator: ", ")), or your own.

      EXAMPLE
        mvp bench --config tiny-32
        mvp bench --config base-224 --batch 32 --recompute --steps 3
        mvp bench --method mae --config small-64
        mvp bench --config base-224 --batch 256 --device cuda --dtype bf16
        mvp bench --task finetune --config small-64 --json
        mvp bench --config small-64 --threads 1 --json
        mvp bench --task segment --config small-64
        mvp bench --task segment --head linear --frozen --config small-64
        mvp bench --peak
        mvp bench --data FOLDER --image-size 224
        mvp bench --ranks 2 --config base-224         what two processes bring against one
        mvp bench --eval knn                          10,000 features against 100,000
      """)

  @Option(
    help: "Sizes by name: \(BenchmarkSize.named.map(\.name).joined(separator: ", ")).",
    completion: .list(BenchmarkSize.named.map(\.name))) var config: String?
  @Option(
    help: "What is trained: pretrain, finetune or segment.", completion: .list(BenchmarkTask.allCases.map(\.rawValue)))
  var task = BenchmarkTask.pretrain
  @Option(
    help: "With --task segment: \(StepBenchmark.heads.joined(separator: " or ")) (usual: upernet).",
    completion: .list(StepBenchmark.heads)) var head: String?
  @Option(
    help: "Method of pre-training: \(MethodList.names.joined(separator: ", ")).", completion: .list(MethodList.names))
  var method: String?
  @Option(help: "Width of UperNet, with --task segment.") var channels: Int?
  @Flag(help: "With --task segment: the head learns alone.") var frozen = false
  @Option(help: "Pixels of a picture, as 224, or 128x64 for height and width.") var imageSize: PlaneSize?
  @Option(help: "Edge of a patch in pixels.") var patchSize: Int?
  @Option(help: "Features of a token.") var width: Int?
  @Option(help: "Transformer blocks.") var depth: Int?
  @Option(help: "Attention heads.") var heads: Int?
  @Option(help: "Features of a target.") var outputs: Int?
  @Option(help: "Pictures of a step.") var batch: Int?
  @Option(help: "Steps to measure, after those of the warm-up.") var steps = 10
  @Option(help: "Steps before those that are measured.") var warmup = 2
  @OptionGroup var engine: EngineFlags
  @Flag(help: "Keep only every block's input for the backward pass: less memory, more time.") var recompute = false
  @Flag(
    help: "The loss over CLS and masked tokens, and what follows the last attention for these alone.")
  var lossTokensOnly = false
  @Flag(help: "The loss over CLS and masked tokens, everything computed.") var clsMasked = false
  @Option(
    help: "Train on the pictures of this folder, not on noise in memory.", completion: .directory, transform: userPath)
  var pictures: String?
  @Option(
    help: ArgumentHelp(
      "Measure this step made by so many processes under mpirun, in turn with one that makes it alone: --batch pictures each. Under an "
        + "mpirun of your own, give none: mpirun -n N mvp bench.", valueName: "count"))
  var ranks: Int?
  @Option(help: "With --ranks: how often each of the two is measured.") var rounds = 3
  @Flag(help: "Measure what the arithmetic units reach, and nothing else.") var peak = false
  @Option(
    help: "Measure how fast the pictures of a folder are decoded and cropped to --image-size.", completion: .directory,
    transform: userPath)
  var data: String?
  @Option(
    help: "Measure an evaluation on made-up features: knn or linear.",
    completion: .list(EvalBenchmark.Kind.allCases.map(\.rawValue)))
  var eval: EvalBenchmark.Kind?
  @Option(
    help: "Write weights, pictures and every decision of the first three steps here, and do nothing else.",
    completion: .file(),
    transform: userPath)
  var export: String?
  @Flag(help: "Print one JSON object.") var json = false

  func validate() throws {
    for (name, value) in [("steps", steps), ("warmup", warmup), ("rounds", rounds)] where value < 1 {
      throw ValidationError("--\(name) is \(value): give 1 or more.")
    }
    if let ranks { try checkRanks(ranks) }
    if task != .pretrain {
      let others = [
        ("method", method != nil), ("loss-tokens-only", lossTokensOnly), ("cls-masked", clsMasked),
        ("pictures", pictures != nil),
        ("outputs", outputs != nil),
      ]
      if let flag = others.first(where: { $0.1 })?.0 {
        throw ValidationError("--\(flag) is of pre-training, and --task is \(task.rawValue): leave one of them out.")
      }
    }
    if let method, !MethodList.names.contains(method) {
      throw ValidationError("--method is \(method): give \(MethodList.names.joined(separator: ", ")).")
    }
    if let method, !MethodList.masking.contains(method) {
      let others = [("recompute", recompute), ("loss-tokens-only", lossTokensOnly)]
      if let flag = others.first(where: { $0.1 })?.0 {
        throw ValidationError("--\(flag) is of methods that mask, and --method is \(method): leave one of them out.")
      }
    }
    if let method, method != MethodList.names[0], let flag = clsMasked ? "cls-masked" : outputs.map({ _ in "outputs" })
    {
      throw ValidationError("--\(flag) is of \(MethodList.names[0]), and --method is \(method): leave one of them out.")
    }
    // Only a step has patches and heads.
    if data == nil, !peak, eval == nil, let problem = try size().problem { throw ValidationError(problem) }
    if task == .segment {
      if let problem = try benchmark().segmentingProblem { throw ValidationError(problem) }
    } else {
      let others = [("channels", channels != nil), ("head", head != nil), ("frozen", frozen)]
      if let flag = others.first(where: { $0.1 })?.0 {
        throw ValidationError("--\(flag) is of segmentation, and --task is \(task.rawValue): give --task segment, too.")
      }
    }
    if peak, try engine.options.device.needsTorch {
      throw ValidationError("--peak measures the CPU's arithmetic units: leave out --device \(engine.device).")
    }
    if let imageSize, imageSize.shorter < 1 { throw ValidationError("--image-size is \(imageSize): give 1 or more.") }
  }

  func run() throws {
    if peak { return try runPeak() }
    if let eval { return try runEvaluation(eval) }
    if let data { return try runData(folder: data) }
    if let ranks { return try measure(ranks: ranks) }
    let benchmark = try benchmark()
    if try runsAsRank(benchmark) { return }
    if let export { return try benchmark.export(to: URL(fileURLWithPath: export)) }
    let progress = ProgressLine(label: "bench", isShown: !json)
    let result = try benchmark.run { done, all in progress.show(done: done, of: all) }
    progress.clear()
    if json { return try printJSON(result) }
    show(result)
  }

  func benchmark() throws -> StepBenchmark {
    var benchmark = StepBenchmark(name: isNamed ? config ?? "" : "custom", size: try size())
    benchmark.task = task
    benchmark.method = method.flatMap(MethodList.method) ?? benchmark.method
    benchmark.steps = steps
    benchmark.warmup = warmup
    benchmark.engine = try engine.options
    benchmark.recompute = recompute
    benchmark.lossTokensOnly = lossTokensOnly
    benchmark.allTokens = !(clsMasked || lossTokensOnly)
    benchmark.pictures = pictures.map { URL(fileURLWithPath: $0, isDirectory: true) }
    benchmark.isFrozen = frozen
    let name = head ?? "upernet"
    if name != "upernet", let channels {
      throw ValidationError("--channels is \(channels): it is UperNet's, and --head is \(name).")
    }
    if !benchmark.takeHead(name, channels: channels) {
      throw ValidationError("--head is \(name): give \(StepBenchmark.heads.joined(separator: " or ")).")
    }
    return benchmark
  }

  private var isNamed: Bool {
    config != nil && imageSize == nil && [patchSize, width, depth, heads, outputs].allSatisfy { $0 == nil }
  }

  private func size() throws -> BenchmarkSize {
    let wanted = config ?? "demo"
    guard var size = BenchmarkSize.named.first(where: { $0.name == wanted })?.size else {
      throw ValidationError(
        "--config is \(wanted): give \(BenchmarkSize.named.map(\.name).joined(separator: ", ")), or sizes of your own.")
    }
    size.image = imageSize ?? size.image
    size.patch = patchSize ?? size.patch
    size.width = width ?? size.width
    size.depth = depth ?? size.depth
    size.heads = heads ?? size.heads
    size.batch = batch ?? size.batch
    size.outputs = outputs ?? size.outputs
    return size
  }

  private func show(_ result: StepBenchmark.Result) {
    let size = result.size
    print(
      """
      \(result.task.rawValue)\(method.map { " \($0)" } ?? "") \(result.config)  \(headWords(result))ViT d\(size.width) L\(size.depth) h\(size.heads) p\(size.patch) \(size.image)px, \(size.tokens) tokens, \
      batch \(size.batch), \(fixedText(Double(result.params) / 1e6, decimals: 2)) M parameters
      backend   \(result.backend)
      step      \(milliseconds(result.stepSeconds))  (\(fixedText(result.stepMin * 1000, decimals: 1)) to \(fixedText(result.stepMax * 1000, decimals: 1)) over \(steps) steps)
      speed     \(fixedText(result.imagesPerSecond, decimals: 1)) images/s, \(fixedText(result.gflops, decimals: 1)) GFLOP/s of \(fixedText(result.peakGFLOPS, decimals: 0))
      peak      \(bar(result.percentOfPeak / 100)) \(fixedText(result.percentOfPeak, decimals: 1))%\(namedPeak(result))

      """)
    table(
      ["data", "teacher", "forward", "backward", "optimizer"].compactMap { name in
        result.phases[name].map { (name, $0) }
      },
      whole: result.stepSeconds
    ) { column($0 * 1000, decimals: 1) + " ms" }
    // A GPU's memory is another one than the process's.
    let onHost = result.device == DeviceChoice.cpu.word || result.device == DeviceChoice.torchCPU.word
    let memory = onHost ? result.peakMemoryMB : result.peakDeviceMB
    print("\nmemory    \(fixedText(memory, decimals: 0)) MB \(onHost ? "" : "of the GPU ")at most, of which")
    table(
      ["teacher", "weights", "gradients", "moments", "activations"].map { ($0, result.memoryMB[$0] ?? 0) },
      whole: memory
    ) { column($0, decimals: 1) + " MB" }
    print(
      "\nafter the warm-up the engine asked the system for \(result.allocationsAfterWarmup) blocks of memory"
        + (result.startToFirstStep.map { "; \(fixedText($0, decimals: 2)) s from the start to the first step" } ?? ""))
    show(leftOut: result.leftOutReasons)
  }

  /// Of what is taken for the GPU's peak: what papers call MFU.
  private func namedPeak(_ result: StepBenchmark.Result) -> String {
    guard let share = result.percentOfNamedPeak, let peak = result.namedPeakGFLOPS else { return "" }
    return
      " of what its products reach, \(fixedText(share, decimals: 1))% of \(fixedText(peak / 1000, decimals: 0)) TFLOP/s, "
      + "which is taken for its peak (MFU)"
  }

  private func headWords(_ result: StepBenchmark.Result) -> String {
    guard let head = result.head else { return "" }
    return result.channels.map { "UperNet of \($0) channels on " } ?? "\(head) head on "
  }

  private func runPeak() throws {
    let result = PeakBenchmark.run(threads: engine.threads)
    if json { return try printJSON(result) }
    print("threads   float32 multiply-adds   bfloat16 dot products")
    for row in result.rows {
      let bfloat16 = row.bfloat16.map { "\(fixedText($0, decimals: 0)) GFLOP/s" } ?? "not on this CPU"
      print(
        "\(padded("\(row.threads)", 8))  \(padded("\(fixedText(row.float32, decimals: 0)) GFLOP/s", 22))  \(bfloat16)")
    }
  }

  private func runEvaluation(_ kind: EvalBenchmark.Kind) throws {
    var benchmark = EvalBenchmark(kind)
    benchmark.engine = try engine.options
    if let width { benchmark.width = width }
    if let export { return try benchmark.export(to: URL(fileURLWithPath: export)) }
    let progress = ProgressLine(label: "bench", isShown: !json)
    let result = try benchmark.run { progress.show(fraction: $0, eta: nil, note: "") }
    progress.clear()
    if json { return try printJSON(result) }
    let how =
      result.iterations.map {
        "\($0) iterations of L-BFGS, objective \(fixedText(result.objective ?? .nan, decimals: 5))"
      }
      ?? "k \(result.k ?? 0)"
    print(
      """
      \(result.kind)  \(result.train) features of \(result.width) to learn from, \(result.test) to score on, \(result.classes) classes
      time      \(fixedText(result.seconds, decimals: 2)) s (\(how)), accuracy \(fixedText(100 * result.score, decimals: 1))%
      """)
  }

  private func runData(folder: String) throws {
    let progress = ProgressLine(label: "data", isShown: !json)
    let benchmark = DataBenchmark(
      folder: URL(fileURLWithPath: folder, isDirectory: true), size: imageSize ?? 224)
    let result = try benchmark.run { done, all in progress.show(done: done, of: all) }
    progress.clear()
    if json { return try printJSON(result) }
    print(
      """
      \(result.pictures) pictures of about \(result.width) x \(result.height) pixels to \(result.size.sides), one core
      speed     \(fixedText(result.picturesPerSecond, decimals: 0)) pictures/s, \(milliseconds(1 / max(result.picturesPerSecond, 1e-9))) a picture (\(fixedText(result.picturesPerCPUSecond, decimals: 0)) pictures per second of the core's time)

      """)
    table(
      DataBenchmark.phases.map { ($0, result.phases[$0] ?? 0) }, whole: 1 / max(result.picturesPerSecond, 1e-9)
    ) { column($0 * 1000, decimals: 3) + " ms" }
    if result.skipped > 0 {
      print("\n\(result.skipped) files could not be decoded and were skipped; first: \(result.firstSkipped ?? "")")
    }
    show(leftOut: result.leftOutReasons)
  }

  private func show(leftOut reasons: [String]) {
    if !reasons.isEmpty { print("\nleft out: \(reasons.joined(separator: "; "))") }
  }

  private func table(_ rows: [(String, Double)], whole: Double, format: (Double) -> String) {
    for (name, value) in rows {
      let share = value / max(whole, 1e-12)
      print("\(padded(name, 12))\(format(value)) \(column(share * 100, decimals: 0, width: 3))%  \(bar(share))")
    }
  }

  private func column(_ value: Double, decimals: Int, width: Int = 9) -> String {
    let text = fixedText(value, decimals: decimals)
    return String(repeating: " ", count: max(0, width - text.count)) + text
  }

  func milliseconds(_ seconds: Double) -> String { "\(fixedText(seconds * 1000, decimals: 1)) ms" }
}

extension BenchmarkTask: ExpressibleByArgument {}
extension EvalBenchmark.Kind: ExpressibleByArgument {}
