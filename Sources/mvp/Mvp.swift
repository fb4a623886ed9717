import ArgumentParser
import Files
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
        mvp ablate demo --over guidance.start=clip,dino --seeds 0,1,2
        mvp system                       watch the machine, with or without a run
      """,
    version: mvpVersion,
    subcommands: [
      Run.self, Init.self, DataLook.self, Check.self, Attach.self, Runs.self, Query.self, Report.self, Import.self,
      Eval.self, Ablate.self, Teach.self, Weights.self, Export.self, Features.self,
      Masks.self, Methods.self,
      Bench.self, System.self, Torch.self,
      Doctor.self, Completions.self, Relay.self,
    ])

  static func main() {
    openStandardDescriptors()
    ignoreBrokenPipes()
    StandardOutput.shared.demandOpen(true)
    do {
      try refuseUnknownCommand()
      var command = try parseAsRoot()
      // A run is more than its lines: it may be started without anybody to read them.
      StandardOutput.shared.demandOpen(!(command is Run))
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
      let text = Completions.mended(fullMessage(for: error))
      if isSuccess { print(text) } else { writeError(text, prefix: false) }
      leave(isSuccess ? 0 : 2)
    }
  }
  /// The parser would call a misspelt command an unexpected argument.
  private static func refuseUnknownCommand() throws {
    let words = CommandLine.arguments.dropFirst().prefix { !$0.hasPrefix("-") }.map { $0 }
    guard let word = words.first else { return }
    let names = configuration.subcommands.map { $0._commandName } + ["help"]
    if !names.contains(word) { throw unknownCommand(word, of: "mvp", names) }
    // `mvp runs` lists a session's runs, and takes nothing behind its name.
    let inner = Runs.configuration.subcommands.map { $0._commandName }
    if word == Runs._commandName, words.count > 2, !inner.contains(words[1]) {
      throw unknownCommand(words[1], of: "mvp runs", inner)
    }
  }

  private static func unknownCommand(_ word: String, of parent: String, _ names: [String]) -> CommandFailure {
    let near = nearest(to: word, among: names).map { "; did you mean \(parent) \($0)?" } ?? "."
    return CommandFailure(
      message: "there is no command `\(parent) \(shortened(word))`, `\(parent) --help` lists all" + near, status: 2)
  }
}
