import Foundation

/// Whether this process is one of several that were started together.
package enum RankLaunch: Equatable {
  case alone
  /// By OpenMPI's `mpirun`, or by a scheduler that speaks PMIx.
  case ranks(count: Int?)
  /// Several, in a way in which they do not find each other.
  case unreachable(String)

  package init(environment: [String: String] = ProcessInfo.processInfo.environment) {
    func number(_ name: String) -> Int? { environment[name].flatMap { Int($0) } }
    if let count = number("OMPI_COMM_WORLD_SIZE") {
      self = count > 1 ? .ranks(count: count) : .alone
    } else if environment["PMIX_NAMESPACE"] != nil, number("SLURM_STEP_NUM_TASKS") ?? 2 > 1 {
      self = .ranks(count: number("SLURM_STEP_NUM_TASKS"))
    } else if let count = number("SLURM_STEP_NUM_TASKS"), count > 1 {
      self = .unreachable("srun started \(count) tasks that do not find each other: give srun --mpi=pmix.")
    } else if let count = number("PMI_SIZE"), count > 1 {
      self = .unreachable(
        "\(count) processes were started by another MPI than OpenMPI: start them with OpenMPI's mpirun.")
    } else {
      self = .alone
    }
  }

  /// Takes away from this process's environment what makes a rank of it: a process that it starts is none.
  package static func forget() {
    for name in ["OMPI_COMM_WORLD_SIZE", "OMPI_COMM_WORLD_RANK", "PMIX_NAMESPACE", "PMIX_RANK", "SLURM_STEP_NUM_TASKS"]
    {
      unsetenv(name)
    }
  }

  /// Number of this process among those of its host, as who started them says; nil: it was started alone.
  package static func placeOnHost(environment: [String: String] = ProcessInfo.processInfo.environment) -> Int? {
    ["OMPI_COMM_WORLD_LOCAL_RANK", "SLURM_LOCALID"].lazy.compactMap { environment[$0].flatMap { Int($0) } }.first
  }

  /// Seconds that remain to a process after it was asked to end.
  package static func grace(environment: [String: String] = ProcessInfo.processInfo.environment) -> Double {
    // mpirun kills a second later (odls_base_sigkill_timeout), a scheduler after half a minute or so.
    environment["OMPI_COMM_WORLD_SIZE"] == nil ? 10 : 0.4
  }
}
