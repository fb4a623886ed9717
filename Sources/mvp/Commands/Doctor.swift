import ArgumentParser
import Foundation
import Ranks
import Terminal
import TrainingBackend

struct Doctor: ComputingCommand {
  static let configuration = CommandConfiguration(
    abstract: "Report what this machine and terminal offer, and what would make runs faster or clearer.",
    discussion: """
      EXAMPLE
        mvp doctor
        mvp doctor --json
      """)

  @OptionGroup var place: SessionPlace

  @Flag(help: "Print one JSON object.")
  var json = false

  func run() throws {
    let report = DoctorReport(sessions: place.folder)
    if json { return try printJSON(report) }
    let machine = report.machine
    let rows: [(String, String)] = [
      ("mvp", "\(report.version), \(report.operatingSystem)"),
      ("CPU", "\(machine.cpu), \(machine.cores) cores, \(machine.memoryBytes >> 30) GiB memory"),
      ("features", machine.cpuFeatures.isEmpty ? "none that matter here" : machine.cpuFeatures),
      ("kernels", "ours at \(machine.kernelLevel), split over \(machine.threads) threads"),
      ("OpenBLAS", "\(machine.openBLASCore) kernels; \(machine.openBLASConfiguration)"),
      ("MPI", report.mpi), ("torch", report.torchWords),
      ("devices", report.devices.map(\.words).joined(separator: ", ")),
      ("terminal", report.terminal), ("locale", report.locale), ("disk", report.disk),
      ("sessions", report.sessions),
    ]
    for (name, value) in rows { print(name.padding(toLength: 10, withPad: " ", startingAt: 0) + value) }
    for remedy in report.remedies { print("\nremedy    " + remedy) }
    if report.remedies.isEmpty { print("\nnothing to mend") }
  }
}

private struct DoctorReport: Encodable {
  let version = mvpVersion
  let operatingSystem = ProcessInfo.processInfo.operatingSystemVersionString
  let machine = MachineReport()
  /// OpenMPI's version, or why several processes cannot train one run here.
  let mpi: String
  /// The library by which libtorch is called, and every word that a session may have as `engine.device` here.
  let torch: TorchReport
  let devices: [TorchReport.Device]
  /// What is opened at run time and can be used here: `LibTorch`, `MPI`.
  let traits: [String]
  let terminal: String
  let locale: String
  let disk: String
  let sessions: String
  let remedies: [String]

  init(sessions folder: URL) {
    let environment = ProcessInfo.processInfo.environment
    let screen = TerminalReport(environment: environment)
    let mpiVersion = Result { try MPITransport.version() }
    do { mpi = "\(try mpiVersion.get()), for mpirun" } catch { mpi = "none: \(error)" }
    torch = TorchReport()
    devices = torch.allDevices
    traits = (torch.problem == nil ? ["LibTorch"] : []) + ((try? mpiVersion.get()) == nil ? [] : ["MPI"])
    terminal = screen.terminal
    locale = screen.locale
    let space = diskSpace(at: folder)
    disk =
      space.map { "\($0.free >> 30) GiB free of \($0.total >> 30) GiB at \(folder.path)" }
      ?? "unknown at \(folder.path)"
    sessions = folder.path
    var remedies = screen.remedies
    if let remedy = machine.remedy { remedies.append(remedy) }
    if let ignored = environment["MVP_IGNORED_CORETYPE"], !ignored.isEmpty {
      remedies.append(
        "OPENBLAS_CORETYPE=\(ignored) is exported although this CPU has faster kernels; mvp leaves it out of account, "
          + "and `unset OPENBLAS_CORETYPE` would spare it that (MVP_KEEP_CORETYPE=1 keeps it in force).")
    }
    if TorchReport.hasUnusedGPU {
      remedies.append(
        "this machine has a GPU of NVIDIA's, on which runs compute by libtorch: `python3 -m pip install torch`, then `mvp torch build`."
      )
    }
    if let kind = environment["MVP_CPU"], !kind.isEmpty {
      remedies.append(MachineReport.words(ofCPUKind: kind))
    }
    if let space, space.free < 1 << 30 {
      remedies.append(
        "only \(space.free >> 20) MiB are free at \(folder.path): make room before a long run writes checkpoints.")
    }
    self.remedies = remedies
  }

  /// The torch, or why there is none and how to get one.
  var torchWords: String {
    if let problem = torch.problem { return "none: \(problem)" }
    return "\(torch.version ?? ""), for --device \(torch.devices.map(\.name).joined(separator: ", "))"
  }
}
