import Foundation
import Histories
import TrainingBackend

/// Starts processes that measure a step together, as `mpirun` starts them.
struct RankBench {
  let ranks: Int
  let threads: Int
  /// Of `mvp bench`, for every process.
  let arguments: [String]

  /// Seconds that ranks wait for each other: the first step of a large model takes long.
  static let patience = 600.0

  /// One process and several, measured one after the other.
  struct Round: Encodable {
    var aloneSeconds: Double
    var sharedSeconds: Double
    /// What rank 0 waited in a step.
    var waitSeconds: Double

    var efficiency: Double { aloneSeconds / sharedSeconds }

    enum CodingKeys: String, CodingKey {
      case aloneSeconds = "one_s"
      case sharedSeconds = "shared_s"
      case waitSeconds = "wait_s"
    }
  }

  struct Report: Encodable {
    var ranks: Int
    /// Of each rank, and pictures that each makes of a step.
    var threads: Int
    var batch: Int
    var dtype: String
    var rounds: [Round]
    /// The median over the rounds.
    var efficiency: Double
    /// Part of a step in which rank 0 waits.
    var waitShare: Double

    enum CodingKeys: String, CodingKey {
      case ranks, threads, batch, dtype, rounds, efficiency
      case waitShare = "wait_share"
    }

    init(ranks: Int, threads: Int, batch: Int, dtype: String, rounds: [Round]) {
      (self.ranks, self.threads, self.batch, self.dtype, self.rounds) = (ranks, threads, batch, dtype, rounds)
      efficiency = median(rounds.map(\.efficiency))
      waitShare = median(rounds.map { $0.sharedSeconds > 0 ? $0.waitSeconds / $0.sharedSeconds : 0 })
    }

    /// For people.
    func words(cores: Int) -> String {
      func times(_ seconds: [Double]) -> String {
        seconds.sorted().map { fixedText($0, decimals: 3) }.joined(separator: ", ")
      }
      let efficiencies = rounds.map(\.efficiency)
      let range = (efficiencies.min() ?? 0, efficiencies.max() ?? 0)
      var lines = [
        "\(ranks) ranks of \(batch) pictures, \(dtype), \(threads) \(threads == 1 ? "thread" : "threads") each",
        "one rank    \(times(rounds.map(\.aloneSeconds))) s a step of \(batch) pictures",
        "\(padded("\(ranks) ranks", 12))\(times(rounds.map(\.sharedSeconds))) s a step of \(batch * ranks) pictures",
        "waiting     \(times(rounds.map(\.waitSeconds))) s of it, \(fixedText(100 * waitShare, decimals: 1))% of a step",
        "efficiency  \(fixedText(efficiency, decimals: 2)) (\(fixedText(range.0, decimals: 2)) to \(fixedText(range.1, decimals: 2)))",
      ]
      if ranks * threads > cores {
        lines.append("the machine has \(cores) cores for \(ranks * threads) threads: this says little of several hosts")
      }
      return lines.joined(separator: "\n")
    }
  }

  /// The arguments without those that are of this process alone.
  static func passedOn(_ arguments: [String]) -> [String] {
    var words: [String] = []
    var skipped = 0
    for word in arguments {
      if skipped > 0 {
        skipped -= 1
      } else if ["--ranks", "--rounds", "--threads"].contains(word) {
        skipped = 1
      } else if word != "--json", !["--ranks=", "--rounds=", "--threads="].contains(where: word.hasPrefix) {
        words.append(word)
      }
    }
    return words
  }

  /// - Throws: ``CommandFailure`` where `mpirun` is not there, or what it starts fails.
  func step(by count: Int) throws -> StepBenchmark.Result {
    let command =
      try ["mpirun"] + options + ["-n", "\(count)", program, "bench"] + arguments + [
        "--threads", "\(threads)", "--json",
      ]
    let process: GatheredProcess
    do { process = try GatheredProcess(command) } catch {
      throw CommandFailure(
        message:
          "mpirun is not there, or cannot be started (\(error.localizedDescription)): install OpenMPI (Debian: openmpi-bin), or start the "
          + "processes as your scheduler does and give them `mvp bench` without --ranks.")
    }
    let status = process.finish()
    if status == 0, let line = process.output.split(whereSeparator: \.isNewline).last(where: { $0.hasPrefix("{") }) {
      return try JSONDecoder().decode(StepBenchmark.Result.self, from: Data(line.utf8))
    }
    let said = process.errors.split(whereSeparator: \.isNewline).map(String.init)
    let reason = said.first { $0.hasPrefix("mvp: ") || $0.contains("rank ") }
    throw CommandFailure(
      message: "\(count) processes did not measure the step, status \(status): "
        + (reason ?? said.first ?? "mpirun says nothing"))
  }

  private var program: String {
    get throws { try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe") }
  }

  private var options: [String] {
    // A rank of one thread is a host with one core.
    (geteuid() == 0 ? ["--allow-run-as-root"] : []) + ["--oversubscribe", "--bind-to", binding]
  }

  private var binding: String {
    threads == 1 && ranks <= ProcessInfo.processInfo.activeProcessorCount ? "core" : "none"
  }
}
