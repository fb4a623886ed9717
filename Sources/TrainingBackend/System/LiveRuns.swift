import Foundation
import RunEvents
import Sessions

/// The runs of a sessions folder that go on, with what their processes do.
struct LiveRuns {
  private let folders: @Sendable () -> [URL]
  private let files = ProcFiles()
  private var stores: [URL: RunStore] = [:]
  private var found: [LiveRunSample] = []
  private var nextSearch = ContinuousClock.now
  /// Busy seconds of each process, and when they were read.
  private var before: [Int: (seconds: Double, at: ContinuousClock.Instant)] = [:]

  /// Stores are asked so seldom, whatever the interval: a step more or less is of no interest here.
  private static let searchSeconds = 2.0

  /// - Parameter folders: those of sessions that have runs.
  init(folders: @escaping @Sendable () -> [URL]) {
    self.folders = folders
  }

  mutating func sample() -> [LiveRunSample] {
    if ContinuousClock.now >= nextSearch {
      nextSearch = .now + .seconds(Self.searchSeconds)
      search()
    }
    var seen = before
    before = [:]
    for index in found.indices {
      guard let number = found[index].process else { continue }
      let now = ContinuousClock.now
      guard let reading = files.process(number) else {
        found[index].cores = nil
        found[index].residentBytes = nil
        continue
      }
      found[index].residentBytes = reading.residentBytes
      if let last = seen.removeValue(forKey: number) {
        let wall = Double(last.at.duration(to: now) / .seconds(1))
        if wall > 0 { found[index].cores = max(0, reading.seconds - last.seconds) / wall }
      }
      before[number] = (reading.seconds, now)
    }
    return found
  }

  private mutating func search() {
    let known = Dictionary(found.map { ($0.session + "/" + $0.run, $0.cores) }) { first, _ in first }
    var open: [URL: RunStore] = [:]
    var runs: [LiveRunSample] = []
    for folder in folders() {
      // A store that cannot be read now is asked again.
      guard let store = try? stores[folder] ?? RunStore.existing(in: folder), let live = try? store.liveRuns() else {
        continue
      }
      open[folder] = store
      let session = folder.lastPathComponent
      runs += live.map { run in
        LiveRunSample(
          session: session, run: run.name, state: run.state, step: run.lastStep, totalSteps: run.totalSteps,
          process: store.holder(of: run.name), cores: known[session + "/" + run.name] ?? nil,
          ranks: RanksFile(store, run.name).read())
      }
    }
    stores = open
    found = runs
  }
}
