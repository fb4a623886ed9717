import Foundation
import Histories
import Measures
import Plotting
import Reports
import RunEvents
import Testing
import Workbench

/// A page about runs that were made up.
@Suite struct ReportTests {
  private static let nasty = "<script>alert(1)</script>\"'&"

  private func run(_ name: String, steps: Int, guidance: String = "clip") -> ReportedRun {
    var metrics = MetricHistory([.loss, .learningRate])
    for step in 1...steps {
      let loss = step == steps / 2 ? 50 : 2 + cos(Double(step) * 1.7) / 4
      metrics.append(
        StepMetrics(
          step: step, totalSteps: steps, epoch: 0, guidance: guidance,
          values: [.loss: loss, .learningRate: 1e-3 / Double(step)], elapsedSeconds: Double(step), skippedPictures: 0))
    }
    let result = EvalResult(
      id: 1, kind: "knn", step: steps, score: 0.5, summary: Self.nasty, seconds: 1, guidance: guidance,
      baselines: EvalBaselines(
        pictures: 100, chance: 0.1, untrained: 0.4, teacher: .init(name: Self.nasty, score: 0.6, isProjected: false)))
    let preview = MaskPreview(
      step: steps, index: 0, name: Self.nasty, guidance: guidance, width: 2, height: 2,
      rgb: Data(repeating: 90, count: 12),
      gridRows: 1, gridColumns: 2, mask: [true, false], cosine: [0.5, .nan])
    let inspection = PatchInspection(
      step: steps, index: 0, guidance: guidance, gridRows: 1, gridColumns: 2, teachers: [], prediction: Data(),
      student: Data(), studentExplained: 0, attention: [], objective: "", loss: [], maskFrequency: [], maskCount: 0,
      seconds: 0)
    return ReportedRun(
      name: name,
      listing: RunListing(
        name: name, state: .finished, guidance: guidance, step: steps, totalSteps: steps, loss: 2, created: Date(),
        updated: Date(), tags: [Self.nasty], note: Self.nasty, reason: Self.nasty),
      history: RunHistory(
        reference: RunReference(session: "s", run: name), state: .finished, totalSteps: steps, metrics: metrics,
        guidance: guidance, events: [.message(RunMessage(level: .error, step: 1, text: Self.nasty))], eventTimes: [0]),
      description: nil,
      configuration: [
        ConfigurationValue(key: "seed", value: "0"),
        ConfigurationValue(key: "guidance.start", value: guidance + Self.nasty),
      ], evals: [result], looks: [[PictureSnapshot(preview: preview, inspection: inspection)]])
  }

  private func report(_ runs: [ReportedRun]) -> Report { Report(title: Self.nasty, runs: runs, maker: "mvp") }

  @Test(arguments: [1, 3]) func thePageIsWholeAndEverythingFromOutsideIsEscaped(count: Int) throws {
    var report = report((1...count).map { run("run-\($0)", steps: 60, guidance: "g\($0)") })
    let plan = AblationPlan(
      over: [AblationPlan.Axis(key: Self.nasty, values: ["a", Self.nasty])], seeds: [0], kinds: ["knn"])
    report.ablation = AblationTable(
      name: Self.nasty, created: Date(), plan: plan,
      runs: [1, 2].map {
        AblationRun(
          cell: $0, seed: 0, run: "r", state: .finished, scores: ["knn": 0.5], failure: Self.nasty, losses: [3, 2, 1])
      })
    let html = report.html
    #expect(!html.contains("<script") && !html.contains("http:") && !html.contains("https:"))
    #expect(html.contains("&lt;script&gt;alert(1)&lt;/script&gt;"))
    try expectBalanced(html)
    for heading in ["Curves", "Evaluations", "Masks and predictions", "What happened"] {
      #expect(html.contains("<h2>\(heading)</h2>"), "\(heading)")
    }
    #expect(!report.markdown.contains("<script"))
  }

  /// Every element that begins ends, in order.
  private func expectBalanced(_ html: String) throws {
    var open: [String] = []
    for tag in html.matches(of: /<(\/?)([a-zA-Z0-9]+)[^>]*?(\/?)>/) {
      let name = String(tag.2)
      if name == "meta" || !tag.3.isEmpty { continue }
      if tag.1.isEmpty {
        open.append(name)
      } else {
        #expect(open.last == name, "</\(name)> in <\(open.last ?? "")>")
        open.removeLast()
      }
    }
    #expect(open.isEmpty)
  }

  /// However many points there are, curves have those that can be seen, and none of the extremes is lost.
  @Test func longCurvesAreThinnedAndKeepTheirExtremes() throws {
    let long = run("long", steps: 100_000)
    let curve = ChartCurve(
      long.history.metrics[.loss], horizontal: HorizontalScale(0...100_000), smoothing: .automatic, isSmoothed: true,
      most: 170)
    #expect(curve.points.count <= 171)
    #expect(curve.points.map(\.high).max() == 50)
    #expect(abs((curve.points.last?.line ?? 0) - 2) < 0.1)
    #expect(report([long]).html.utf8.count < 100_000)
  }

  /// What came before a switch of guidance says nothing of what comes after: neither average nor line go over it.
  @Test func linesBreakWhereTheGuidanceIsSwitched() throws {
    var metrics = MetricHistory([.loss])
    for step in 1...400 {
      metrics.append(
        StepMetrics(
          step: step, totalSteps: 400, epoch: 0, guidance: step <= 200 ? "clip" : "dino",
          values: [.loss: step <= 200 ? -0.8 : 0.6], elapsedSeconds: Double(step), skippedPictures: 0))
    }
    var switched = run("switched", steps: 400)
    let before = switched.history
    switched.history = RunHistory(
      reference: before.reference, state: .finished, totalSteps: 400, metrics: metrics, guidance: "dino",
      events: [.guidance(GuidanceChange(step: 200, from: "clip", to: "dino"))], eventTimes: [0])
    let curve = ChartCurve(
      metrics[.loss], horizontal: HorizontalScale(0...400), smoothing: .automatic, isSmoothed: true, most: 170,
      restarts: switched.history.restarts)
    let beginnings = curve.points.filter(\.begins).map(\.x)
    #expect(beginnings.count == 1 && (201...203).contains(beginnings[0]))
    #expect(curve.points.allSatisfy { abs($0.line - ($0.x <= 200 ? -0.8 : 0.6)) < 1e-6 })
    let html = report([switched]).html
    let path = try #require(html.firstMatch(of: /<path class="curve" d="([^"]*)"/))
    #expect(path.1.count { $0 == "M" } == 2)
  }

  @Test func axesAreLogarithmicWhereAskedForAndPossible() throws {
    var report = report([run("a", steps: 200)])
    #expect(!report.html.contains(", log<"))
    report.hasLogarithmicValues = true
    report.hasLogarithmicSteps = true
    #expect(report.html.contains(", log<"))
  }

  @Test func configurationsShowWhereRunsDiffer() {
    let report = report([run("a", steps: 60, guidance: "clip"), run("b", steps: 60, guidance: "dino")])
    #expect(report.values.map(\.key) == ["seed", "guidance.start"])
    #expect(report.values.map(report.isShared) == [true, false])
  }

  /// Read back as the standard has it.
  @Test func picturesArePNG() throws {
    let address = try #require(PNGPicture.address(width: 2, height: 1, rgb: Data([1, 2, 3, 4, 5, 6])))
    let file = try #require(Data(base64Encoded: String(address.dropFirst("data:image/png;base64,".count))))
    #expect(Array(file.prefix(8)) == [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A])
    // The checksum of an empty IEND is known.
    #expect(Array(file.suffix(4)) == [0xAE, 0x42, 0x60, 0x82])
    #expect(PNGPicture.address(width: 2, height: 2, rgb: Data([1])) == nil)
  }
}
