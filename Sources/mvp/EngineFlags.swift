import ArgumentParser
import TrainingBackend

/// `--device`, `--threads`, `--dtype` and `--backend` of commands that compute without a session.
struct EngineFlags: ParsableArguments {
  @Option(
    help:
      "What computes: cpu, torch-cpu, cuda or cuda:N, the GPU of that number; all but cpu need libtorch (`mvp torch`).",
    completion: Candidates.devices)
  var device = "cpu"

  @Option(help: "Threads; all cores where it is not given.")
  var threads: Int?

  @Option(help: "Number format of matrix products: fp32 or bf16.", completion: Candidates.dtypes)
  var dtype = "fp32"

  @Option(
    help: "Library of matrix products of device cpu: auto (the fastest), native, openblas or onednn.",
    completion: Candidates.backends)
  var backend = "auto"

  func validate() throws {
    if let threads, threads < 1 { throw ValidationError("--threads is \(threads): give 1 or more.") }
    do {
      _ = try options
    } catch let error as BackendError {
      throw ValidationError(error.description)
    }
  }

  var options: EngineOptions {
    get throws { try EngineOptions(threads: threads, dtype: dtype, backend: backend, device: device) }
  }
}
