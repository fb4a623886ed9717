import ArgumentParser
import RunEvents
import TrainingBackend

@main
struct Mvp: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "mvp",
    abstract: "Pre-train vision transformers by masked image modelling under the guidance of a frozen teacher.",
    discussion: """
      EXAMPLE
        mvp run demo                     watch a student learn from CLIP on drawn scenes; ? shows the keys
        mvp run my-session.yaml          your own pictures and teachers
        mvp attach                       watch and steer a run of another terminal; leaving does not end it
        mvp runs                         what has been run, and how it went
        mvp eval demo                    judge the newest checkpoint of the newest run
        mvp system                       watch the machine, with or without a run
      """,
    version: mvpVersion,
    subcommands: [
      Run.self, Init.self, Check.self, Attach.self, Runs.self, Eval.self, Teach.self, Features.self, Masks.self,
      Bench.self, System.self,
      Doctor.self,
    ])

  static func main() {
    openStandardDescriptors()
    ignoreBrokenPipes()
    do {
      var command = try parseAsRoot()
      if command is any ComputingCommand { useBestOpenBLASKernels() }
      try command.run()
      leave(0)
    } catch let failure as CommandFailure {
      writeError(failure.message)
      leave(failure.status)
    } catch let error as NotFiniteError {
      writeError(error.description)
      leave(ExitStatus.notFinite.rawValue)
    } catch let error as ExitCode {
      leave(error.rawValue)
    } catch {
      if exitCode(for: error) == ExitCode.failure, !(error is ValidationError), !isParserError(error) {
        writeError("\(error)")
        leave(1)
      }
      // Usage errors are the parser's: it prints help, and exits with 0 for --help and --version.
      let isSuccess = exitCode(for: error) == ExitCode.success
      let text = fullMessage(for: error)
      if isSuccess { print(text) } else { writeError(text, prefix: false) }
      leave(isSuccess ? 0 : 2)
    }
  }
}
