/// One of the processes that train a run together, in its newest steps.
package struct RankSample: Codable, Equatable, Sendable {
  package var rank: Int
  package var host: String
  /// Seconds of a step that it computed for, and that it waited for the others or for sums; means over ``steps``.
  package var computeSeconds: Double
  package var waitSeconds: Double
  package var steps: Int
  /// Load of its host over the last minute, and the host's cores; nil where that is not told.
  package var load: Double?
  package var cores: Int?
  /// Whether the others wait for it.
  package var isStraggler: Bool

  package init(
    rank: Int, host: String, computeSeconds: Double, waitSeconds: Double, steps: Int, load: Double? = nil,
    cores: Int? = nil, isStraggler: Bool = false
  ) {
    self.rank = rank
    self.host = host
    self.computeSeconds = computeSeconds
    self.waitSeconds = waitSeconds
    self.steps = steps
    self.load = load
    self.cores = cores
    self.isStraggler = isStraggler
  }

  enum CodingKeys: String, CodingKey {
    case rank, host, steps, load, cores
    case computeSeconds = "compute_seconds"
    case waitSeconds = "wait_seconds"
    case isStraggler = "straggler"
  }
}
