import Foundation
import Measures
import RunEvents
import Synchronization
import Terminal

/// A terminal whose other end is the test.
final class PseudoTerminal: Sendable {
  let master: Int32
  let slave: Int32
  private let output = Mutex<[UInt8]>([])
  private let isReading = Mutex(true)
  private let isClosed = Mutex(false)

  init?(columns: Int = 80, rows: Int = 24) {
    // posix_openpt, unlockpt and ptsname are not visible to Swift; these are the requests that they make of Linux.
    let unlock: UInt = 0x4004_5431  // TIOCSPTLCK
    let number: UInt = 0x8004_5430  // TIOCGPTN
    master = open("/dev/ptmx", O_RDWR | O_NOCTTY)
    var isLocked: Int32 = 0
    var index: UInt32 = 0
    guard master >= 0, ioctl(master, unlock, &isLocked) == 0, ioctl(master, number, &index) == 0 else { return nil }
    slave = open("/dev/pts/\(index)", O_RDWR | O_NOCTTY)
    guard slave >= 0 else { return nil }
    resize(columns: columns, rows: rows)
    let thread = Thread { [self] in readAll() }
    thread.start()
  }

  func resize(columns: Int, rows: Int) {
    var size = winsize(ws_row: UInt16(rows), ws_col: UInt16(columns), ws_xpixel: 0, ws_ypixel: 0)
    _ = ioctl(slave, UInt(TIOCSWINSZ), &size)
  }

  private func readAll() {
    var buffer = [UInt8](repeating: 0, count: 4096)
    while !isClosed.withLock({ $0 }) {
      var entry = pollfd(fd: master, events: Int16(POLLIN), revents: 0)
      guard isReading.withLock({ $0 }), poll(&entry, 1, 10) == 1 else {
        usleep(1000)
        continue
      }
      let count = read(master, &buffer, buffer.count)
      guard count > 0 else { break }
      output.withLock { $0.append(contentsOf: buffer[..<count]) }
    }
    close(master)
  }

  /// The other end goes away: the window is closed, the link is lost. A read in progress would keep it open.
  func hangUp() { isClosed.withLock { $0 = true } }

  /// Whether the other end takes what is sent; without, it is like a link that hangs.
  func setReading(_ value: Bool) { isReading.withLock { $0 = value } }

  func type(_ text: String) {
    let bytes = Array(text.utf8)
    _ = write(master, bytes, bytes.count)
  }

  /// Everything that was sent to the terminal so far.
  var received: String { String(decoding: output.withLock { $0 }, as: UTF8.self) }
  var receivedBytes: Int { output.withLock { $0.count } }

  func settings() -> [UInt32] {
    var settings = termios()
    tcgetattr(slave, &settings)
    return [settings.c_iflag, settings.c_oflag, settings.c_cflag, settings.c_lflag]
  }

  /// Waits until `condition` holds; false after five seconds.
  static func wait(_ condition: () -> Bool) -> Bool {
    for _ in 0..<1000 {
      if condition() { return true }
      usleep(5000)
    }
    return condition()
  }
}

/// `runWorkbench` on a thread of its own and a pseudo terminal.
final class WorkbenchUnderTest: Sendable {
  let terminal: PseudoTerminal
  let inbox = EventInbox()
  private let commands = Mutex<[RunCommand]>([])
  private let result = Mutex<Result<TerminalOutcome, any Error>?>(nil)

  convenience init(_ terminal: PseudoTerminal, term: String = "xterm-256color") {
    self.init(terminal, environment: ["TERM": term])
  }

  init(_ terminal: PseudoTerminal, environment: [String: String], openRun: RunOpener? = nil) {
    self.terminal = terminal
    var options = TerminalOptions()
    options.environment = environment
    options.descriptor = terminal.slave
    options.capturesOutput = false
    options.openRun = openRun
    if openRun != nil { options.attachment = "attached to process 1" }
    let thread = Thread { [self, options] in
      let value = Result { try runWorkbench(inbox: inbox, options: options) { self.note($0) } }
      result.withLock { $0 = value }
    }
    thread.start()
  }

  func note(_ command: RunCommand) { commands.withLock { $0.append(command) } }

  var sent: [RunCommand] { commands.withLock { $0 } }

  func outcome() throws -> TerminalOutcome? {
    guard PseudoTerminal.wait({ result.withLock { $0 != nil } }) else { return nil }
    return try result.withLock { try $0?.get() }
  }

  /// Posts the beginning of a run and waits until it is shown.
  func begin() -> Bool {
    inbox.post(.started(Self.description("brisk-otter")))
    inbox.post(.state(RunStateChange(state: .running, step: 0)))
    return PseudoTerminal.wait { terminal.received.contains("RUNNING") }
  }

  static func description(_ run: String) -> RunDescription {
    RunDescription(
      session: "demo", run: run, seed: 0, totalSteps: 1000, startStep: 0, batchSize: 8, accumulation: 1,
      datasetSize: 100, dataset: "Scenes", student: ModelDescription(summary: "ViT", parameters: 1000),
      guidances: [
        GuidanceDescription(
          name: "clip", teacher: ModelDescription(summary: "ViT", parameters: 1), featureWidth: 8),
        GuidanceDescription(
          name: "dino", teacher: ModelDescription(summary: "ViT", parameters: 1), featureWidth: 8),
      ], guidance: "clip", grid: [8, 8], maskedPatches: 26, device: "cpu", evals: ["knn"], previewCount: 1,
      metrics: Metric.earlier)
  }

  func step(_ number: Int) {
    inbox.post(
      .step(
        StepMetrics(
          step: number, totalSteps: 1000, epoch: 0, guidance: "clip",
          values: [
            .loss: -0.5, .learningRate: 1e-3, .gradientNorm: 1, .imagesPerSecond: 100, .stepSeconds: 0.1,
          ])))
  }

  func finish() {
    inbox.post(.state(RunStateChange(state: .finished, step: 10)))
    inbox.post(.finished(RunSummary(outcome: .finished, step: 10, seconds: 1)))
  }
}
