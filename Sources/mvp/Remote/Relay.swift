import ArgumentParser
import Foundation
import RunEvents
import Synchronization
import TrainingBackend

struct Relay: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Lend a run of this machine to a workbench on another: what `mvp attach HOST:SESSION` starts there.",
    discussion: """
      Speaks lines on standard input and output (Sources/RunEvents/PROTOCOL.md); not meant for people. It ends when its input does,
      and never ends the run.

      EXAMPLE
        ssh host mvp relay demo
      """)

  @Argument(help: "Session or run, as of `mvp attach`.", completion: Candidates.sessionsOrRuns) var session: String?

  @Argument(help: ArgumentHelp("Run.", valueName: "run"), completion: Candidates.runs) var runName: String?

  @OptionGroup var place: SessionPlace

  @Flag(help: "Lend no run at first: list those of all sessions, and open the one that is asked for.") var desk = false

  /// Seconds after which a quiet relay says that it is there, and after which a workbench that says nothing is gone.
  private static let beatSeconds = 2.0
  private static let patience = 120.0

  func run() throws {
    let writer = RelayWriter { _exit(0) }
    let desk: RelayDesk
    do {
      let found = self.desk ? nil : try RunFinder(place: place, takesNewest: true).find(session: session, run: runName)
      desk = try RelayDesk(found, place: place, writer: writer)
      writer.write(.hello(desk.hello(found)))
    } catch {
      // The sentence goes the way that all answers go: what ssh prints is not kept apart from what this prints.
      let reason = (error as? CommandFailure)?.message ?? "\(error)"
      print((try? RelayLine.line(RelayMessage.failure(id: nil, reason: reason))) ?? "")
      throw ExitCode.failure
    }
    let heard = Mutex(ContinuousClock.now)
    let pulse = DispatchSource.makeTimerSource(queue: .global())
    pulse.schedule(deadline: .now() + 1, repeating: 1)
    pulse.setEventHandler {
      writer.beat(after: Self.beatSeconds)
      if heard.withLock({ ContinuousClock.now - $0 }) > .seconds(Self.patience) { _exit(0) }
    }
    pulse.activate()
    var buffer = LineBuffer(limit: 1 << 20)
    var piece = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = read(STDIN_FILENO, &piece, piece.count)
      if count < 0, errno == EINTR { continue }
      guard count > 0,
        let lines = piece.withUnsafeBytes({ buffer.take(UnsafeRawBufferPointer(rebasing: $0[..<count])) })
      else { break }
      heard.withLock { $0 = .now }
      for line in lines { desk.take(line) }
    }
    desk.leave()
  }
}
