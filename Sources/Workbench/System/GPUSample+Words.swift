import Histories
import RunEvents

/// What a GPU tells, in words; what it does not is n/a.
extension GPUSample {
  package static let unknown = "n/a"

  /// `87%`
  package var utilisationWords: String { utilisation.map { fixedText(100 * $0, decimals: 0) + "%" } ?? Self.unknown }

  /// `61.0 GB of 80.0 GB`
  package var memoryWords: String {
    guard let usedBytes else { return Self.unknown }
    return bytesText(usedBytes) + (memoryBytes.map { " of " + bytesText($0) } ?? "")
  }

  /// `412 of 700 W`
  package var powerWords: String {
    guard let watts else { return Self.unknown }
    return fixedText(watts, decimals: 0) + (wattsLimit.map { " of " + fixedText($0, decimals: 0) } ?? "") + " W"
  }

  /// `63 C`
  package var temperatureWords: String { celsius.map { fixedText($0, decimals: 0) + " C" } ?? Self.unknown }

  /// `4711 60.0 GB, 4712`: numbers of processes with what they have of the memory.
  package var processWords: String {
    guard let processes else { return Self.unknown }
    guard !processes.isEmpty else { return "-" }
    return processes.map { "\($0.process)" + ($0.bytes.map { " " + bytesText($0) } ?? "") }.joined(separator: ", ")
  }
}

extension RankSample {
  /// `rank 1 on gpu2  computes 1.92 s  waits 30.0 ms  load 2.1 of 2  the others wait for it`
  package var words: String {
    var parts = [
      "rank \(rank) on \(host)", "computes \(secondsText(computeSeconds))", "waits \(secondsText(waitSeconds))",
      "load \(loadWords)",
    ]
    if isStraggler { parts.append("the others wait for it") }
    return parts.joined(separator: "  ")
  }

  /// `2.1 of 2`: of its host's cores.
  package var loadWords: String {
    guard let load else { return GPUSample.unknown }
    return fixedText(load, decimals: 1) + (cores.map { " of \($0)" } ?? "")
  }

  /// Part of a step in which it waits.
  package var waitShare: Double {
    let whole = computeSeconds + waitSeconds
    return whole > 0 ? waitSeconds / whole : 0
  }
}
