import Foundation
import Models
import Pretraining
import Recipe
import Tensors
import Testing
import TrainingBackend

@Suite struct BenchmarkTests {
  @Test func workIsThatOfThePublishedTable() {
    let gflop = Dictionary(uniqueKeysWithValues: BenchmarkSize.named.map { ($0.name, $0.size.gflop) })
    for (name, expected) in [("tiny-32", 94.8), ("small-64", 366.7), ("base-224", 1127.1)] {
      #expect(abs((gflop[name] ?? 0) - expected) < 0.06, "\(name)")
    }
  }

  @Test func aStepIsMeasuredByPhasesAndAllocatesNothingLater() throws {
    var benchmark = StepBenchmark(
      name: "custom",
      size: BenchmarkSize(image: 16, patch: 4, width: 16, depth: 2, heads: 2, batch: 4, outputs: 12))
    benchmark.steps = 3
    benchmark.engine.threads = 1
    let result = try benchmark.run()
    #expect(result.losses.count == 5 && result.threads == 1 && result.dtype == "fp32" && result.tokens == 17)
    #expect(result.allocationsAfterWarmup == 0)
    let phases = result.phases.values.reduce(0, +)
    #expect(result.phases.count == 5 && phases > 0 && phases < result.stepMax * 1.5)
    #expect(result.stepMin <= result.stepSeconds && result.stepSeconds <= result.stepMax)
    #expect(abs(result.imagesPerSecond - 4 / result.stepSeconds) < 1e-6)
    #expect(result.percentOfPeak > 0 && result.percentOfPeak < 100)
    #expect((result.startToFirstStep ?? 1) > 0 && result.peakMemoryMB > 1)
  }

  @Test func theReportHasTheKeysThatScriptsRead() throws {
    var benchmark = StepBenchmark(
      name: "custom", size: BenchmarkSize(image: 8, patch: 4, width: 8, depth: 1, heads: 1, batch: 1, outputs: 4))
    benchmark.steps = 1
    let data = try JSONEncoder().encode(try benchmark.run())
    let object = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    for key in [
      "task", "config", "dtype", "threads", "batch", "params", "gflop", "step_s", "step_min", "step_max",
      "images_per_s",
      "gflops",
      "percent_of_peak", "phases_s", "peak_rss_mb", "core_type", "backend", "losses",
    ] {
      #expect(object[key] != nil, "\(key)")
    }
    #expect(
      Set((object["phases_s"] as? [String: Double] ?? [:]).keys) == [
        "data", "teacher", "forward", "backward", "optimizer",
      ])
  }

  /// Work of MAE's step at 75%: encoder over CLS and a quarter of the patches, decoder over all tokens, three times
  /// less the gradient of the pixels.
  @Test func workOfMAEIsThatOfItsParts() {
    var benchmark = StepBenchmark(
      name: "base-224", size: BenchmarkSize.named.last?.size ?? BenchmarkSize.named[0].size)
    let dense = benchmark.size.gflop(of: benchmark.work)
    #expect(dense == benchmark.size.gflop)
    benchmark.method = .mae
    let work = benchmark.work
    #expect(work.masked == 147 && work.outputs == 768 && work.decoder?.width == 512 && !work.hasTeacher)
    let embedding: Double = 2 * 8 * 49 * 768 * 768
    let encoder: Double = 8 * 50 * 12 * (24 * 768 * 768 + 4 * 50 * 768)
    let decoder: Double = 8 * 197 * 8 * (24 * 512 * 512 + 4 * 197 * 512)
    let ends: Double = 8 * 50 * 2 * 768 * 512 + 8 * 197 * 2 * 512 * 768
    let expected = 3 * (embedding + encoder + decoder + ends) - embedding
    #expect(abs(benchmark.size.gflop(of: work) * 1e9 - expected) < 1e-9 * expected)
  }

  /// Work of CAE's step at a half: encoder over CLS and what is seen, regressor over what is masked with keys and
  /// values of all, decoder over what is masked; and the student before, over what is masked, forward alone.
  @Test func workOfCAEIsThatOfItsParts() {
    var benchmark = StepBenchmark(
      name: "base-224", size: BenchmarkSize.named.last?.size ?? BenchmarkSize.named[0].size)
    benchmark.method = .cae
    var work = benchmark.work
    #expect(work.masked == 98 && work.regressor == RegressorShape(depth: 4, decoderDepth: 4) && work.decoder == nil)
    (work.hasTeacher, work.outputs) = (false, 8192)
    let embedding: Double = 2 * 8 * 98 * 768 * 768
    let encoder: Double = 8 * 99 * 12 * (24 * 768 * 768 + 4 * 99 * 768)
    let regressor: Double = 8 * 4 * (98 * 20 * 768 * 768 + 196 * 4 * 768 * 768 + 4 * 98 * 196 * 768)
    let decoder: Double = 8 * 98 * 4 * (24 * 768 * 768 + 4 * 98 * 768)
    let ends: Double = 8 * 98 * 2 * 768 * 8192
    let expected = 3 * (embedding + encoder + regressor + decoder + ends) - embedding + embedding + encoder
    #expect(abs(benchmark.size.gflop(of: work) * 1e9 - expected) < 1e-9 * expected)
  }

  @Test(arguments: MethodKind.allCases.filter(\.followsTargets))
  func aStepOfEveryMethodIsMeasuredAndWritten(method: MethodKind) throws {
    let size = BenchmarkSize(image: 16, patch: 4, width: 16, depth: 2, heads: 2, batch: 4, outputs: 12)
    var benchmark = StepBenchmark(name: "custom", size: size)
    benchmark.method = method
    benchmark.steps = 2
    benchmark.engine.threads = 1
    let result = try benchmark.run()
    #expect(result.method == method.rawValue && result.losses.count == 4)
    let url = FileManager.default.temporaryDirectory.appendingPathComponent("mvp-bench-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: url) }
    try benchmark.export(to: url)
    let file = try SafetensorsFile(url)
    let losses = try JSONDecoder().decode([Double].self, from: Data((file.metadata["losses"] ?? "").utf8))
    #expect(losses == Array(result.losses.prefix(3)))
    #expect(file.metadata["method"] == method.rawValue && file.metadata["tokens"] != nil)
    for step in 0..<3 {
      let mask = try file.floats("mask.\(step)")
      let counts = (0..<4).map { picture in mask[picture * 16..<(picture + 1) * 16].count { $0 > 0.5 } }
      #expect(mask.count == 64 && Set(counts).count == 1 && counts[0] > 0)
      #expect(file.shape("targets.\(step)")?.prefix(2) == [4, 17])
    }
    // The weights are those of before the first step.
    let parameters = file.names.filter { $0.hasPrefix("student.") || $0.hasPrefix("head.") }
    let trainer = try benchmark.trainer(device: try benchmark.engine.makeDevice())
    for tensor in trainer.state().tensors where parameters.contains(tensor.name) {
      #expect(try file.floats(tensor.name) == tensor.tensor.array(), "\(tensor.name)")
    }
  }

  @Test func aStepOfDinoIsMeasuredAndWritten() throws {
    let size = BenchmarkSize(image: 16, patch: 4, width: 16, depth: 2, heads: 2, batch: 4, outputs: 12)
    var benchmark = StepBenchmark(name: "custom", size: size)
    benchmark.method = .dino
    benchmark.steps = 2
    benchmark.engine.threads = 1
    let result = try benchmark.run()
    #expect(result.method == "dino" && result.losses.count == 4 && (result.phases["teacher"] ?? 0) > 0)
    // Two large crops of 17 tokens by student (three times) and teacher, two small ones of 5 by the student; and heads.
    func blocks(_ tokens: Int) -> Int { tokens * 2 * (24 * 16 * 16 + 4 * tokens * 16) }
    let (embedding, head) = (2 * 48 * 16, 2 * (16 * 42 + 42 * 42 + 42 * 10 + 10 * 256))
    let large = 3 * blocks(17) + 2 * 16 * embedding + 3 * head + blocks(17) + 16 * embedding + head
    let small = 3 * blocks(5) + 2 * 4 * embedding + 3 * head
    #expect(abs(result.gflop * 1e9 - Double(4 * 2 * (large + small))) < 1)
    let url = FileManager.default.temporaryDirectory.appendingPathComponent("mvp-bench-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: url) }
    try benchmark.export(to: url)
    let file = try SafetensorsFile(url)
    let losses = try JSONDecoder().decode([Double].self, from: Data((file.metadata["losses"] ?? "").utf8))
    #expect(losses == Array(result.losses.prefix(3)))
    for step in 0..<3 {
      #expect(file.shape("large.\(step)") == [8, 3, 16, 16] && file.shape("small.\(step)") == [8, 3, 8, 8])
      let targets = try file.floats("targets.\(step)")
      #expect(targets.count == 8 * 256 && abs(targets.prefix(256).reduce(0, +) - 1) < 1e-4)
    }
    // The weights are those of before the first step.
    let teaching = try benchmark.distillation(device: try benchmark.engine.makeDevice())
    for tensor in teaching.parameters + teaching.teacherParameters {
      #expect(try file.floats(tensor.name) == tensor.tensor.array(), "\(tensor.name)")
    }
  }

  @Test func aStepOfFineTuningIsMeasuredAndWritten() throws {
    let size = BenchmarkSize(image: 16, patch: 4, width: 16, depth: 2, heads: 2, batch: 4, outputs: 12)
    var benchmark = StepBenchmark(name: "custom", size: size)
    benchmark.task = .finetune
    benchmark.steps = 2
    benchmark.engine.threads = 1
    let result = try benchmark.run()
    #expect(Set(result.phases.keys) == ["data", "forward", "backward", "optimizer"])
    #expect(result.losses.count == 4 && result.allocationsAfterWarmup == 0)
    // Patches, CLS, positions, two blocks (products, their biases, norms, layer scales), fc_norm, the head.
    let block = 4 * 16 * 16 + 2 * 16 * 64 + 9 * 16 + 4 * 16 + 2 * 16
    let parameters = 48 * 16 + 16 + 16 + 17 * 16 + 2 * block + 2 * 16 + 16 * 1000 + 1000
    #expect(result.params == parameters, "\(result.params) for \(parameters)")
    let embedding = 2.0 * 4 * 16 * 48 * 16
    let forward = embedding + 4 * 17 * 2 * (24 * 256 + 4 * 17 * 16) + 4 * 2 * 16 * 1000
    #expect(abs(result.gflop * 1e9 - (3 * forward - embedding)) < 1)

    let url = FileManager.default.temporaryDirectory.appendingPathComponent("mvp-bench-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: url) }
    try benchmark.export(to: url)
    let file = try SafetensorsFile(url)
    let losses = try JSONDecoder().decode([Double].self, from: Data((file.metadata["losses"] ?? "").utf8))
    #expect(losses == Array(result.losses.prefix(3)))
    for step in 0..<3 {
      let targets = try file.floats("targets.\(step)")
      let sums = (0..<4).map { targets[$0 * 1000..<($0 + 1) * 1000].reduce(0, +) }
      #expect(sums.allSatisfy { abs($0 - 1) < 1e-4 }, "\(sums)")
      #expect(file.shape("inputs.\(step)") == [4, 3, 16, 16] && file.shape("drop.\(step)") == [2, 2, 4])
      let mixing = try file.floats("mixing.\(step)")
      #expect(mixing.count == 6 && (0...2).contains(mixing[0]) && (0...1).contains(mixing[1]))
      #expect(try file.floats("labels.\(step)").allSatisfy { (0..<1000).contains($0) })
    }
    #expect(try file.floats("drop.0") != file.floats("drop.1"))
  }

  @Test func aStepOfUperNetIsMeasured() throws {
    var benchmark = StepBenchmark(
      name: "custom", size: BenchmarkSize(image: 16, patch: 4, width: 16, depth: 2, heads: 2, batch: 2, outputs: 12))
    benchmark.task = .segment
    #expect(benchmark.segmentingProblem?.contains("UperNet needs 8 patches of 4 pixels") == true)
    benchmark.size.patch = 2
    let isKnown = benchmark.takeHead("upernet", channels: 8)
    #expect(isKnown && benchmark.segmentingProblem == nil)
    (benchmark.steps, benchmark.engine.threads) = (3, 1)
    let result = try benchmark.run()
    #expect(result.losses.count == 5 && result.losses.allSatisfy { $0 > 1 && $0 < 20 })
    #expect(result.allocationsAfterWarmup == 0)
    #expect(Set(result.phases.keys) == ["data", "forward", "backward", "optimizer"])
    #expect(result.phases.values.allSatisfy { $0 > 0 } && result.stepMin <= result.stepSeconds)
    #expect(result.percentOfPeak > 0 && result.percentOfPeak < 100)
    let object = try JSONSerialization.jsonObject(with: try JSONEncoder().encode(result)) as? [String: Any]
    #expect(object?["task"] as? String == "segment" && object?["step_s"] != nil)
    #expect(object?["channels"] as? Int == 8 && object?["head"] as? String == "upernet")
    benchmark.size.batch = 1
    #expect(benchmark.segmentingProblem?.contains("2 pictures") == true)
    let (isLinear, isRound) = (benchmark.takeHead("linear"), benchmark.takeHead("round"))
    #expect(isLinear && !isRound && benchmark.segmentingProblem == nil)
  }

  @Test(arguments: ["upernet", "linear"]) func stepsOfSegmentationAreWritten(head: String) throws {
    var benchmark = StepBenchmark(
      name: "custom", size: BenchmarkSize(image: 16, patch: 2, width: 16, depth: 2, heads: 2, batch: 2, outputs: 12))
    benchmark.task = .segment
    let isKnown = benchmark.takeHead(head, channels: 8)
    #expect(isKnown)
    (benchmark.steps, benchmark.warmup, benchmark.engine.threads) = (2, 1, 1)
    let url = FileManager.default.temporaryDirectory.appendingPathComponent("mvp-bench-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: url) }
    try benchmark.export(to: url)
    let file = try SafetensorsFile(url)
    let losses = try JSONDecoder().decode([Double].self, from: Data((file.metadata["losses"] ?? "").utf8))
    #expect(losses == (try benchmark.run()).losses && file.metadata["head"] == head)
    for step in 0..<3 {
      #expect(file.shape("pixels.\(step)") == [2, 3, 16, 16] && file.shape("drop.\(step)") == [2, 2, 2])
      let classes = try file.floats("maps.\(step)")
      #expect(classes.count == 2 * 256 && Set(classes.prefix(64)) == [255])
      #expect(classes[64..<256].allSatisfy { (0..<150).contains($0) })
      #expect(file.shape("channels.\(step)") == (head == "upernet" ? [2, 8] : nil))
    }
    #expect(try file.floats("drop.0") != file.floats("drop.2") || file.floats("drop.1") != file.floats("drop.2"))
  }

  @Test func aFrozenModelUnderALinearHeadTakesLessWork() throws {
    var benchmark = StepBenchmark(
      name: "custom", size: BenchmarkSize(image: 16, patch: 4, width: 16, depth: 2, heads: 2, batch: 2, outputs: 12))
    (benchmark.task, benchmark.steps, benchmark.engine.threads) = (.segment, 1, 1)
    let isKnown = benchmark.takeHead("linear")
    #expect(isKnown)
    let whole = try benchmark.run()
    benchmark.isFrozen = true
    let frozen = try benchmark.run()
    #expect(frozen.params == whole.params && frozen.gflop < whole.gflop / 2)
    let learned = 2 * 16 + 16 * 150 + 150
    #expect(frozen.memoryMB["moments"] == Double(2 * 4 * learned) / 1_048_576)
  }

  @Test func peaksAreThoseOfRealArithmetic() {
    let result = PeakBenchmark.run(threads: 1)
    #expect(result.rows.count == 1 && result.rows[0].threads == 1)
    // Any core of the last decade does 1 GFLOP/s, none does 2 TFLOP/s.
    #expect(result.rows[0].float32 > 1 && result.rows[0].float32 < 2000)
    #expect(result.features.contains("avx512bf16") == (result.rows[0].bfloat16 != nil))
  }

  @Test func sizesThatCannotBeAreSaid() {
    var size = BenchmarkSize(image: 30, patch: 4, width: 16, depth: 2, heads: 2, batch: 4, outputs: 12)
    #expect(size.problem?.contains("--patch-size 4") == true)
    size.image = 32
    #expect(size.problem == nil)
    size.heads = 3
    #expect(size.problem?.contains("--heads 3") == true)
    size.heads = 0
    #expect(size.problem?.contains("--heads is 0") == true)
  }

  @Test func aFolderIsMeasuredByPhases() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("mvp-data-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try pngOfOnePixel.write(to: folder.appendingPathComponent("a.png"))
    try Data("no picture".utf8).write(to: folder.appendingPathComponent("b.jpg"))
    var benchmark = DataBenchmark(folder: folder, size: 16)
    benchmark.pictures = 4
    let result = try benchmark.run()
    #expect(result.pictures == 2 && result.skipped == 2 && result.width == 1 && result.height == 1)
    #expect(Set(result.phases.keys) == Set(DataBenchmark.phases) && result.picturesPerSecond > 0)
    try FileManager.default.removeItem(at: folder.appendingPathComponent("a.png"))
    #expect(throws: (any Error).self) { try benchmark.run() }
  }

  private var pngOfOnePixel: Data {
    Data(
      base64Encoded:
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGM4ESUHAAMuAUEc+TxaAAAAAElFTkSuQmCC") ?? Data()
  }
}
