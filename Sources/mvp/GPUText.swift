import RunEvents
import Workbench

/// GPUs and ranks on a page of text, where there are some.
struct GPUText {
  private let sample: SystemSample

  init(_ sample: SystemSample) { self.sample = sample }

  /// - Parameter bar: a line with a name, a share and a note.
  func lines(bar: (String, Double, String) -> String) -> [String] {
    var lines = sample.gpusProblem.map { [$0] } ?? []
    for gpu in sample.gpus ?? [] {
      let facts = [gpu.name, gpu.powerWords, gpu.temperatureWords].joined(separator: "  ")
      lines.append(line("gpu \(gpu.index)", gpu.utilisation, facts, bar))
      let share = gpu.usedBytes.flatMap { used in gpu.memoryBytes.map { Double(used) / Double(max($0, 1)) } }
      lines.append(line("  memory", share, "\(gpu.memoryWords)  processes \(gpu.processWords)", bar))
    }
    return lines.isEmpty ? [] : [""] + lines
  }

  private func line(
    _ name: String, _ share: Double?, _ note: String, _ bar: (String, Double, String) -> String
  ) -> String {
    guard let share else { return padded(name, 10) + "n/a  " + note }
    return bar(name, share, note)
  }
}
