import Histories
import RunEvents

/// What is asked of the engine only while someone looks: the machine's state, and what the networks make of a picture.
struct ProbeState: Equatable, Sendable {
  /// Seconds between two questions; the engine answers less often where that would slow training.
  static let interval = 1.0

  private(set) var system: SystemSample?
  /// Cores that the run's process kept busy and its memory, by seconds of the state's clock, while someone looked.
  private(set) var busyCores = Series(capacity: ProbeState.courseCapacity)
  private(set) var residentBytes = Series(capacity: ProbeState.courseCapacity)
  var inspection: PatchInspection?
  var snapshots = KeptSnapshots()
  private var lastSystem: Double?
  private var lastInspection: Double?
  /// What was asked for last: another picture or guidance is asked for at once.
  private var inspected: String?

  private static let courseCapacity = 512

  mutating func take(_ sample: SystemSample, now: Double) {
    system = sample
    if let busy = sample.processCores { busyCores.append(x: now, y: busy) }
    if let bytes = sample.residentBytes { residentBytes.append(x: now, y: Double(bytes)) }
  }

  /// The time that courses are drawn over: from the first sample on, doubled whenever it is full, so that columns seldom
  /// move.
  var courseRange: ClosedRange<Double>? {
    let all = busyCores.isEmpty ? residentBytes : busyCores
    guard let first = all.buckets.first?.firstX, let last = all.buckets.last?.lastX else { return nil }
    var span = 60.0
    while last - first > span { span *= 2 }
    return first...(first + span)
  }

  /// Whether it is time to ask for the machine's state.
  mutating func isSystemDue(_ now: Double) -> Bool {
    if let last = lastSystem, now - last < Self.interval { return false }
    lastSystem = now
    return true
  }

  /// - Parameter step: of the run where it stands still, so that an answer stays right; nil while it trains.
  mutating func isInspectionDue(_ now: Double, picture: Int, guidance: String, still step: Int?) -> Bool {
    let wanted = "\(picture) \(guidance)"
    if let inspection, inspection.index == picture, inspection.guidance == guidance, inspection.step == step {
      return false
    }
    if wanted == inspected, let last = lastInspection, now - last < Self.interval { return false }
    lastInspection = now
    inspected = wanted
    return true
  }

  /// Another run: nothing of the one before is shown.
  mutating func forget() { self = ProbeState() }
}

extension WorkbenchState {
  /// Asks for what the view on the screen shows and nothing else needs.
  mutating func askForProbes() -> [WorkbenchEffect] {
    guard isLive else { return askForSnapshots() }
    guard run != nil, runState != .stopping else { return [] }
    switch screen.view {
    case .system: return probes.isSystemDue(now) ? [.send(.sampleSystem)] : []
    case .mask:
      let isDue = probes.isInspectionDue(
        now, picture: previewIndex, guidance: guidance, still: runState == .running ? nil : step)
      return isDue && (run?.previewCount ?? 0) > 0 ? [.send(.inspect(index: previewIndex))] : []
    default: return []
    }
  }
}
