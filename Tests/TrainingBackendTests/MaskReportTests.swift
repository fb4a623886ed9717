import Testing
import TrainingBackend

@Suite struct MaskReportTests {
  @Test func everyMaskHasTheAskedNumber() throws {
    let report = try MaskReport(kind: "blockwise", rows: 14, columns: 14, masked: 75, count: 400, seed: 1)
    #expect(report.min == 75 && report.max == 75 && report.mean == 75)
    #expect(report.frequency.count == 14)
    #expect(report.heatMap.split(separator: "\n").count == 14)
  }

  /// On a rectangle as on a square: exact numbers, every patch masked now and then, none always.
  @Test(arguments: ["blockwise", "cyclic", "random", "grid"], [[16, 8], [4, 12], [3, 20]])
  func rectanglesAreMasked(kind: String, grid: [Int]) throws {
    let (rows, columns, patches) = (grid[0], grid[1], grid[0] * grid[1])
    let report = try MaskReport(
      kind: kind, rows: rows, columns: columns, masked: 2 * patches / 5, count: 2000, seed: 3)
    #expect(report.min == 2 * patches / 5 && report.max == 2 * patches / 5)
    #expect(report.frequency.count == rows && report.frequency.allSatisfy { $0.count == columns })
    let all = report.frequency.joined()
    #expect(all.allSatisfy { $0 > 0.03 && $0 < 0.9 }, "\(all.min() ?? 0) to \(all.max() ?? 1)")
    // Turned around, a mask is as likely: the first row and the last are masked alike.
    let (first, last) = (report.frequency[0].reduce(0, +), report.frequency[rows - 1].reduce(0, +))
    #expect(abs(first - last) < 0.12 * first)
  }

  @Test func unknownKindNamesWhatIsAllowed() {
    #expect(throws: BackendError.self) {
      try MaskReport(kind: "blocks", rows: 14, columns: 14, masked: 75, count: 1, seed: 0)
    }
  }

  /// The shipped teacher looks at some patches more than at others, and these are seen more often.
  @Test func attentionGoesByTheShippedTeacher() throws {
    let report = try MaskReport(kind: "attention", rows: 8, columns: 8, masked: 48, count: 2000, seed: 1)
    #expect(report.min == 48 && report.max == 48 && report.attention?.contains("shipped teacher clip") == true)
    let all = report.frequency.joined()
    // Standard deviation of a frequency of uniform masks: .0097.
    #expect((all.max() ?? 0) - (all.min() ?? 0) > 0.1, "\(all.min() ?? 0) to \(all.max() ?? 0)")
    #expect(throws: BackendError.self) {
      try MaskReport(kind: "attention", rows: 8, columns: 1, masked: 2, count: 1, seed: 0)
    }
    let wide = try MaskReport(kind: "attention", rows: 4, columns: 8, masked: 20, count: 400, seed: 0)
    #expect(wide.min == 20 && wide.max == 20 && wide.frequency.count == 4 && wide.frequency[0].count == 8)
    #expect(try MaskReport(kind: "cyclic", rows: 8, columns: 7, masked: 20, count: 9, seed: 0).attention == nil)
  }

  @Test func benchmarkCountsTheStepsOfTheTrainer() throws {
    var benchmark = StepBenchmark(
      name: "custom", size: BenchmarkSize(image: 16, patch: 8, width: 16, depth: 1, heads: 2, batch: 2, outputs: 16))
    benchmark.steps = 3
    let result = try benchmark.run()
    #expect(result.losses.count == 5)
    #expect(result.losses.allSatisfy { $0.isFinite && abs($0) <= 1 })
    // Four forward passes' worth less the gradient of the pixels: 2 pictures, 4 patches of 192 values, 5 tokens, width
    // 16.
    let embedding: Double = 2 * 2 * 4 * 192 * 16
    let block: Double = 24 * 256 + 4 * 5 * 16
    let head: Double = 2 * 16 * 16
    let forward: Double = embedding + 10 * (block + head)
    #expect(abs(benchmark.size.gflop * 1e9 - (4 * forward - embedding)) < 1)
  }
}
