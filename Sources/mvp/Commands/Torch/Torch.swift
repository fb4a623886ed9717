import ArgumentParser
import Foundation
import Histories
import TrainingBackend

struct Torch: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Make the library by which runs compute on GPUs, by libtorch, and say what it offers.",
    discussion: """
      Devices torch-cpu, cuda and cuda:N (`engine.device` in sessions, `--device`) are PyTorch's library libtorch, called by a small library
      that is compiled once on this machine for the torch that is installed. It needs a C++ compiler and a torch with its headers: the Python
      package, or an unpacked libtorch. Without it everything runs on device cpu.

      EXAMPLE
        python3 -m pip install torch
        mvp torch build                              ten seconds of a core, more on a busy one
        mvp torch                                    what there is: version, devices
        mvp run demo --device cuda

      The library is $XDG_CACHE_HOME/mvp/torch/libmvptorch.so (~/.cache where that is not set); MVP_TORCH_LIBRARY names another one.
      """,
    subcommands: [TorchShow.self, TorchBuilding.self], defaultSubcommand: TorchShow.self)
}

struct TorchShow: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Say which torch the library is for, and which devices it offers.",
    discussion: """
      The status is 1 where there is none that can be used.

      EXAMPLE
        mvp torch show
        mvp torch show --json
      """)

  @Flag(help: "Print one JSON object.")
  var json = false

  func run() throws {
    let report = TorchReport()
    if json {
      try printJSON(report)
      if !report.isReady { throw ExitCode(1) }
      return
    }
    if let problem = report.problem { throw CommandFailure(message: problem) }
    print(padded("library", 10) + report.library)
    print(padded("torch", 10) + (report.version ?? "") + (report.torch.map { " in \($0)" } ?? ""))
    if let compiler = report.compiler { print(padded("compiler", 10) + compiler) }
    for device in report.devices { print(padded("device", 10) + device.words) }
    if let why = report.gpuProblem { print(padded("no GPU", 10) + why) }
  }
}

struct TorchBuilding: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "build", abstract: "Compile the library for the torch that is installed.",
    discussion: """
      The torch is that of --libtorch, of LIBTORCH, or of the Python of an active virtual environment or of the path. It is made aside and put
      in its place whole; a run that is under way keeps the one that it has.

      EXAMPLE
        mvp torch build
        mvp torch build --libtorch ~/libtorch --compiler g++
        LIBTORCH=/opt/venv/lib/python3.11/site-packages/torch mvp torch build
      """)

  @Option(
    help: "Folder of a torch with `include` and `lib` in it; looked for where it is not given.", completion: .directory,
    transform: userPath)
  var libtorch: String?

  @Option(help: "C++ compiler; CXX, clang++, c++ or g++, the first that works, where it is not given.")
  var compiler: String?

  @Option(help: "Library to write, in place of the usual one.", completion: .file(), transform: userPath)
  var output: String?

  @Flag(help: "Print one JSON object at the end.")
  var json = false

  func run() throws {
    var build = TorchBuild()
    build.libtorch = libtorch
    build.compiler = compiler
    if let output { build.output = URL(fileURLWithPath: output) }
    let progress = ProgressLine(label: "torch")
    let result: TorchBuild.Result
    do {
      result = try build.run(progress: { progress.show(note: $0) })
    } catch let failure as TorchBuild.Failure {
      progress.clear()
      for line in failure.said { writeError(line, prefix: false) }
      throw CommandFailure(message: failure.description)
    }
    progress.clear()
    if json { return try printJSON(result) }
    print("\(result.library): torch \(result.version) in \(result.torch), \(clockText(result.seconds))")
    if result.isElsewhere {
      print("MVP_TORCH_LIBRARY=\(result.library) has it used")
    } else {
      print("devices: \(result.devices.joined(separator: ", "))")
    }
  }
}
