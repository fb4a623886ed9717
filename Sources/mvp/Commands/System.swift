import ArgumentParser
import Canvas
import Files
import Foundation
import RunEvents
import Terminal
import TrainingBackend

struct System: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Watch this machine: cores, memory, disks, network, GPUs, and the runs that go on.",
    discussion: """
      The workbench opens without a run: the system view with its charts, their curves with zoom, cursor and filter, the log. Without a
      terminal, or with --plain or --json, a line is printed for every sample. What the machine does not tell is left out.

      GPUs are NVIDIA's, by the library that comes with their driver; MVP_NVML_LIBRARY names another one. What a device does not tell is n/a.

      EXAMPLE
        mvp system                       q leaves
        mvp system --interval 5          a sample every five seconds
        mvp system --once                one sample, with bars
        mvp system --json >> machine.jsonl
      """)

  @OptionGroup var place: SessionPlace

  @Option(help: ArgumentHelp("Seconds between two samples, 0.2 to 3600.", valueName: "seconds"))
  var interval = 1.0

  @Flag(help: "Print one sample of the machine as text, or as one JSON object with --json, and leave.")
  var once = false

  @Flag(
    help: "Print every sample as one JSON object a line (see Sources/RunEvents/PROTOCOL.md) instead of the workbench.")
  var json = false

  @Flag(help: "Print plain lines instead of the workbench.")
  var plain = false

  @OptionGroup var display: DisplayOptions

  func validate() throws {
    guard (0.2...3600).contains(interval) else {
      throw ValidationError("--interval is \(interval): give 0.2 to 3600 seconds.")
    }
  }

  func run() throws {
    if once || plain || json || !display.terminalIsUsable { return try printSamples() }
    let inbox = EventInbox()
    let monitor = SystemMonitor(interval: interval, sampler: makeSampler, emit: inbox.post)
    var options = display.terminalOptions
    options.machine = MachineSampler.machineName
    monitor.start()
    defer { monitor.stop() }
    do {
      let outcome = try runWorkbench(inbox: inbox, options: options) { _ in }
      if case .interrupted(let signal) = outcome { throw ExitCode(128 + signal) }
    } catch let error as TerminalError {
      writeError("\(error.description) Samples are printed.")
      try printSamples()
    }
  }

  /// A driver that nobody uses may take a while to wake up.
  private static let gpuSeconds = 3.0

  private var makeSampler: @Sendable () -> MachineSampler {
    let place = place
    return { MachineSampler(folder: place.folder, sessions: { place.foldersWithRuns }) }
  }

  /// One sample, or a line for each until a signal ends the process or nobody reads any more.
  private func printSamples() throws {
    SignalWatch.shared.watch(other: { if $0 == SIGHUP { _exit(128 + $0) } }, end: { _exit(128 + $0) })
    var sampler = makeSampler()
    var pause = min(MachineSampler.firstSeconds, interval)
    repeat {
      Thread.sleep(forTimeInterval: pause)
      pause = interval
      let sample = sampler.next(gpuSeconds: once ? Self.gpuSeconds : 0)
      let text = SystemText(sample)
      let lines =
        json
        ? escapedJSON(try RunEventCoder.line(.system(sample)))
        : sanitisedLines(once ? text.page(machine: MachineSampler.machineName) : text.line)
      StandardOutput.shared.write(lines + "\n")
      StandardOutput.shared.flush()
    } while !once && !StandardOutput.shared.isGone
  }
}
