import Canvas
import Foundation
import Histories
import RunEvents
import Testing
import Workbench

/// What the machine did: charts in the system view, and curves among those of the run.
@Suite struct SystemViewTests {
  static func sample(_ step: Int, time: Double) -> SystemSample {
    var sample = ProbeTests.sample
    sample.step = step
    sample.time = time
    let wave = 0.5 + 0.4 * SampleRun.noise(step / 7)
    sample.cores = [wave, 1 - wave / 2]
    sample.processCores = 1 + wave / 2
    sample.residentBytes = 200_000_000 + step * 100_000
    sample.diskReadRate = step % 40 < 3 ? 52_000_000 : 0
    sample.diskWriteRate = 120_000 * wave
    sample.networkInRate = 1200 * wave
    sample.networkOutRate = 0
    return sample
  }

  private static let start = 1_700_000_000.0

  /// A run with a step every two seconds and a sample every four.
  static func state(steps: Int = 1000, options: WorkbenchOptions = WorkbenchOptions()) -> WorkbenchState {
    var state = WorkbenchState(options: options)
    _ = reduce(into: &state, action: .resize(width: 120, height: 40))
    state.receive(.started(SampleRun.description))
    state.receive(.state(RunStateChange(state: .running, step: 0)))
    for index in 1...steps {
      var step = SampleRun.step(index)
      step.time = start + Double(index) * 2
      step.elapsedSeconds = Double(index) * 2
      state.receive(.step(step))
      if index % 2 == 0 { state.receive(.system(sample(index, time: start + Double(index) * 2))) }
    }
    return state
  }

  private func screen(_ state: WorkbenchState) -> String {
    renderWorkbench(state, width: state.screen.width, height: state.screen.height, glyphs: .braille).textSnapshot()
  }

  @Test func chartsLookAsTheyDid() {
    var state = Self.state()
    state.show(.system)
    Snapshots.check("system-charts", state, width: 120, height: 40)
    Snapshots.check("system-charts", state, width: 120, height: 40, glyphs: .ascii)
    Snapshots.check("system-charts", state, width: 200, height: 60)
    Snapshots.check("system-charts", state, width: 80, height: 24)
    state.press(.enter, .character("x"))
    Snapshots.check("system-charts-alone", state, width: 120, height: 40)
    _ = reduce(into: &state, action: .resize(width: 80, height: 24))
    Snapshots.check("system-charts-alone", state, width: 80, height: 24)
    _ = reduce(into: &state, action: .resize(width: 60, height: 16))
    Snapshots.check("system-charts-alone", state, width: 60, height: 16, glyphs: .ascii)
  }

  static let gpus = [
    GPUSample(
      index: 0, name: "NVIDIA H200", utilisation: 0.87, memoryBytes: 141_000_000_000, usedBytes: 61_000_000_000,
      watts: 412.3, wattsLimit: 700, celsius: 63,
      processes: [GPUProcess(process: 4711, bytes: 60_000_000_000), GPUProcess(process: 4712, bytes: nil)]),
    GPUSample(
      index: 1, name: "NVIDIA H200", utilisation: 0, memoryBytes: 141_000_000_000, usedBytes: 500_000_000,
      wattsLimit: 700, celsius: 33, processes: []),
  ]

  static let ranks = [
    RankSample(rank: 0, host: "gpu1", computeSeconds: 1.01, waitSeconds: 0.93, steps: 20, load: 2.1, cores: 2),
    RankSample(
      rank: 1, host: "gpu2", computeSeconds: 1.9, waitSeconds: 0.04, steps: 20, load: 5.4, cores: 2, isStraggler: true),
    RankSample(rank: 2, host: "gpu\u{1B}[3", computeSeconds: 1.03, waitSeconds: 0.91, steps: 20),
  ]

  /// A sample with GPUs and ranks.
  private static func state(_ change: (inout SystemSample) -> Void) -> WorkbenchState {
    var state = state()
    var newest = sample(1000, time: start + 2004)
    change(&newest)
    state.receive(.system(newest))
    state.show(.system)
    return state
  }

  @Test func gpusAndRanksLookAsTheyDid() {
    var state = Self.state { ($0.gpus, $0.ranks) = (Self.gpus, Self.ranks) }
    Snapshots.check("system-gpus", state, width: 120, height: 40)
    Snapshots.check("system-gpus", state, width: 200, height: 60)
    _ = reduce(into: &state, action: .resize(width: 80, height: 24))
    Snapshots.check("system-gpus", state, width: 80, height: 24)
    Snapshots.check("system-gpus", state, width: 80, height: 24, glyphs: .ascii)
    _ = reduce(into: &state, action: .resize(width: 60, height: 16))
    Snapshots.check("system-gpus", state, width: 60, height: 16, glyphs: .ascii)
  }

  @Test func whatIsNotToldIsSaidAndNoNumber() {
    let shown = screen(Self.state { $0.gpus = Self.gpus })
    #expect(shown.contains("412 of 700 W") && shown.contains("n/a") && !shown.contains("0 of 700 W  33"))
    let silent = Self.state {
      $0.gpus = [GPUSample(index: 0, name: "NVIDIA H200")]
      $0.gpusProblem = "the GPUs' driver has not answered for 12 s"
    }
    #expect(screen(silent).contains("has not answered for 12 s"))
    #expect(screen(Self.state { $0.gpusProblem = "libnvidia-ml.so.1 does not start" }).contains("does not start"))
  }

  @Test func aStragglerIsNamed() {
    let shown = screen(Self.state { $0.ranks = Self.ranks })
    #expect(shown.contains("rank 1 on gpu2 keeps the others waiting"))
    #expect(shown.contains("5.4 of 2") && shown.contains("n/a"))
  }

  @Test func theWindowFollowsTheNewestOrShowsAll() {
    var state = Self.state()
    state.show(.system)
    #expect(screen(state).contains("last 10 minutes"))
    state.press(.up)
    #expect(screen(state).contains("last 5 minutes"))
    state.press(.down, .down, .down, .down)
    #expect(screen(state).contains("last 4 hours") || screen(state).contains("last hour"))
    state.press(.character("x"))
    #expect(screen(state).contains("whole history") && state.system.choices.showsAll)
    state.press(.down)
    #expect(state.screen.notice?.isWarning == true && state.system.choices.showsAll)
    state.press(.up)
    #expect(!state.system.choices.showsAll)
    #expect(state.preferences.system == state.system.choices)
    // The window of steps elsewhere is another one.
    #expect(state.screen.stepRange == .soFar)
  }

  /// A sample seldom moves what stands there: the window goes on by eighths.
  @Test func chartsAreNotPaintedAnewWithEverySample() {
    var state = Self.state()
    state.show(.system)
    var before = renderWorkbench(state, width: 120, height: 40, glyphs: .braille)
    var changes: [Int] = []
    for index in stride(from: 1002, through: 1080, by: 2) {
      state.receive(.system(Self.sample(index, time: Self.start + Double(index) * 2)))
      let after = renderWorkbench(state, width: 120, height: 40, glyphs: .braille)
      changes.append(zip(before.cells, after.cells).count { $0 != $1 })
      before = after
    }
    changes.sort()
    #expect(changes[changes.count / 2] < 120, "\(changes)")
  }

  /// A frame does not grow with the time that the machine has been watched; `ui_cost.py` measures what it costs.
  @Test func aFrameAfterDaysIsQuick() {
    var state = Self.state(steps: 10)
    for index in 11...60_000 {
      state.receive(.system(Self.sample(index, time: Self.start + Double(index) * 5)))
    }
    state.show(.system)
    state.press(.character("x"))
    func cpuSeconds() -> Double {
      var time = timespec()
      clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
      return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
    }
    var least = Double.infinity
    for _ in 0..<20 {
      let start = cpuSeconds()
      _ = renderWorkbench(state, width: 120, height: 40, glyphs: .braille)
      least = min(least, cpuSeconds() - start)
    }
    print("a frame of the system view takes \(least * 1000) ms")
    // Generous, 2 ms being usual: this also runs without optimisation and beside other work.
    #expect(least < 0.05)
  }

  @Test func pagesAndFilter() {
    var state = Self.state()
    state.show(.system)
    #expect(screen(state).contains("page 1/2") && screen(state).contains("process cores"))
    state.press(.pageDown)
    #expect(screen(state).contains("page 2/2") && screen(state).contains("network out"))
    state.press(.pageDown)
    #expect(screen(state).contains("page 2/2"))
    state.press(.pageUp)
    #expect(screen(state).contains("page 1/2"))
    state.press(.character("/"), .character("n"), .character("e"), .character("t"))
    #expect(screen(state).contains("filter net_") && screen(state).contains("2 charts"))
    state.press(.enter)
    #expect(screen(state).contains("network in") && !screen(state).contains("┌ cpu"))
    #expect(state.system.choices.filter == "net" && state.curves.choices.filter.isEmpty)
    state.press(.character("/"), .control("u"), .character("("))
    #expect(screen(state).contains("no regular expression yet"))
    state.press(.enter)
    #expect(state.screen.dialog != nil && state.screen.notice?.isWarning == true)
    state.press(.control("u"), .character("z"), .character("z"), .enter)
    #expect(screen(state).contains("no chart matches the filter"))
  }

  @Test func keysOfChartsThatCannotBeSeenSayWhy() {
    var state = Self.state()
    _ = reduce(into: &state, action: .resize(width: 80, height: 24))
    state.show(.system)
    state.press(.pageDown)
    #expect(state.screen.notice?.text.contains("enter shows them alone") == true)
    state.press(.enter)
    #expect(screen(state).contains("page 1/3") && !screen(state).contains("optimiser"))
    state.press(.escape)
    #expect(screen(state).contains("optimiser") && state.screen.view == .system)
    var empty = WorkbenchState()
    empty.show(.system)
    empty.press(.pageDown)
    #expect(empty.screen.notice?.text.contains("no sample") == true)
  }

  @Test func curvesOfTheMachineComeAfterThoseOfTheRun() {
    var state = Self.state()
    state.receive(.evalResult(EvalResult(id: 1, kind: "knn", step: 900, score: 0.5, seconds: 1, guidance: "clip")))
    state.show(.curves)
    var names: [String] = []
    let titles = /┌ (?:> )?([a-zA-Z\/ ]+?) +-?[0-9]/
    for _ in 0..<9 {
      for match in screen(state).matches(of: titles) where !names.contains(String(match.1)) {
        names.append(String(match.1))
      }
      state.press(.pageDown)
    }
    #expect(names.last == "kNN score", "the machine's have a line each, in a strip")
    for _ in 0..<40 where !screen(state).contains(">network out") { state.press(.character("j")) }
    state.press(.enter)
    #expect(screen(state).contains("┌ > network out"))
  }

  @Test func theSystemOpensItsCurvesAndEscapeLeadsBack() {
    var state = Self.state()
    state.press(.character("2"), .character("/"), .character("l"), .character("r"), .enter)
    state.show(.system)
    state.press(.character("v"))
    #expect(state.screen.view == .curves && screen(state).contains("filter system/"))
    #expect(screen(state).contains("┌ > cpu") && !screen(state).contains("┌ loss"))
    #expect(state.preferences.curves.filter == "lr", "what was opened here is not what one wants to see next time")
    // Between two samples, the nearer one.
    state.press(.left, .left, .left)
    let title = screen(state).split(separator: "\n").first { $0.contains("┌ > cpu") } ?? ""
    #expect(title.contains(/cpu +[0-9]+%/), "\(title)")
    state.press(.character("H"))
    #expect(screen(state).contains("┌ > cpu"))
    state.press(.character("H"), .escape, .escape)
    #expect(state.screen.view == .system && state.curves.choices.filter == "lr")
    state.press(.character("v"), .character("/"), .control("u"), .character("c"), .character("p"), .enter)
    #expect(state.preferences.curves.filter == "cp", "a filter of one's own stays")
  }

  @Test func curvesOfTheMachineGoByEveryAxis() {
    var state = Self.state()
    state.show(.system)
    state.press(.character("v"))
    for axis in ["epoch", "training time", "time of day", "step"] {
      state.press(.character("u"))
      let shown = screen(state)
      #expect(shown.contains("x \(axis)") && !shown.contains("no points here"), "\(axis)")
    }
    state.press(.character("l"))
    #expect(state.curves.choices.logarithmic == ["system/cpu"])
    state.press(.up, .up, .up)
    #expect(!screen(state).contains("no points here"))
  }

  @Test func otherRunsAreDrawnOverTheMachineToo() {
    var state = Self.state(options: CurvesTests.options)
    let reference = RunReference(session: "demo", run: "brisk-otter")
    _ = reduce(
      into: &state,
      action: .historyFailed(.run(reference), reason: "none"))
    var other = CurvesTests.other("calm-fox", steps: 400)
    for index in 1...80 {
      other.metrics.append(Self.sample(index * 5, time: 1_700_000_000 + Double(index) * 2))
    }
    _ = reduce(
      into: &state,
      action: .history(other, for: .newest(session: "demo", besides: ["brisk-otter"])))
    state.show(.system)
    state.press(.character("v"))
    let lower = screen(state).split(separator: "\n").first { $0.contains(" A ") && $0.contains(" B ") }
    #expect(lower?.contains("%") == true)
  }

  @Test func aRunBeforeThatWasNotWatchedHasNoCharts() {
    var state = SampleRun.state()
    _ = reduce(into: &state, action: .resize(width: 120, height: 40))
    state.show(.system)
    #expect(screen(state).contains("the first sample of the machine brings them"))
    state.receive(.finished(RunSummary(outcome: .finished, step: 1284, seconds: 1)))
    #expect(screen(state).contains("the machine was not watched during this run"))
  }

  @Test func everySizeIsDrawn() {
    var state = Self.state(steps: 20)
    state.show(.system)
    for _ in 0..<2 {
      for (width, height) in [(1, 1), (60, 16), (61, 17), (80, 24), (100, 30), (133, 37), (250, 80)] {
        _ = reduce(into: &state, action: .resize(width: width, height: height))
        state.press(.pageDown)
        for glyphs in GlyphLevel.allCases {
          let canvas = renderWorkbench(state, width: width, height: height, glyphs: glyphs)
          for y in 0..<height { #expect(canvas.row(y).reduce(0) { $0 + Int($1.width) } == width) }
        }
      }
      state.press(.enter)
    }
  }
}
