import ArgumentParser
import Canvas
import Foundation
import RunEvents
import TrainingBackend

/// The program's version; CHANGELOG.md says what each brought.
let mvpVersion = "0.1.0"

/// A command ends with a message and an exit status: one of ``ExitStatus``, or 128 and a signal's number.
struct CommandFailure: Error {
  var message: String
  var status = ExitStatus.failed.rawValue
}

/// A command that trains, evaluates or measures: worth starting again for faster kernels. Others, as lists, are to
/// answer at once.
protocol ComputingCommand: ParsableCommand {}

/// OpenBLAS reads `OPENBLAS_CORETYPE` before `main`. Where that variable, or a CPU that the library does not know,
/// holds it to kernels slower than the CPU's, the program starts itself again with a better value; `mvp doctor` reports
/// that. `MVP_KEEP_CORETYPE=1` keeps what is there in force.
func useBestOpenBLASKernels() {
  let environment = ProcessInfo.processInfo.environment
  guard environment["MVP_KEEP_CORETYPE"] == nil, environment["MVP_IGNORED_CORETYPE"] == nil,
    let better = MachineReport.betterCoreType
  else { return }
  setenv("MVP_IGNORED_CORETYPE", environment["OPENBLAS_CORETYPE"] ?? "", 1)
  setenv("OPENBLAS_CORETYPE", better, 1)
  var arguments: [UnsafeMutablePointer<CChar>?] = CommandLine.arguments.map { strdup($0) }
  arguments.append(nil)
  execv("/proc/self/exe", arguments)
  // Still here: the program goes on with the slower kernels, and `doctor` says so.
}

/// Opens those of the descriptors 0 to 2 on nothing that whoever started the program had closed. Else the next file to
/// be opened, a run's store or its lock, would get the number, and be written over by what is printed.
///
/// What is printed then fails, so that it is not taken for written: ``StandardOutput/demandOpen(_:)``.
func openStandardDescriptors() {
  for descriptor in STDIN_FILENO...STDERR_FILENO where fcntl(descriptor, F_GETFD) < 0 {
    // The lowest number that is free is the one that is missing, as those below are open.
    _ = open("/dev/null", descriptor == STDOUT_FILENO ? O_RDONLY : O_RDWR)
  }
}

/// A reader that goes away, or a limit on the size of files (`ulimit -f`), ends the output, not the run.
func ignoreBrokenPipes() {
  signal(SIGPIPE, SIG_IGN)
  signal(SIGXFSZ, SIG_IGN)
}

func writeError(_ text: String, prefix: Bool = true) {
  writeErrorBytes((prefix ? "mvp: " : "") + sanitisedLines(text) + "\n")
}

/// Not by `FileHandle`, which ends the process where nobody takes what is written: a terminal that is gone, a disk that
/// is full.
func writeErrorBytes(_ text: String) {
  var rest = Array(text.utf8)[...]
  while !rest.isEmpty {
    let count = rest.withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
    if count > 0 { rest = rest.dropFirst(count) } else if errno != EINTR { return }
  }
}

/// Whether the argument parser made the error, and so words it itself.
func isParserError(_ error: any Error) -> Bool {
  let type = String(reflecting: type(of: error))
  return type.hasPrefix("ArgumentParser.")
}
