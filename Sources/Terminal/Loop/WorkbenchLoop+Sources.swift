import CNcurses
import Foundation
import RunEvents
import Workbench

extension WorkbenchLoop {
  func takeEvents() {
    for event in inbox.drain() {
      reduceAndPerform(.event(event))
      switch event {
      case .step, .preview, .evalProgress, .inspection, .attention, .scores, .system, .runs, .ablations:
        clock.want(.routine)
      case .finished:
        hasRunEnded = true
        clock.want(.soon)
      default: clock.want(.soon)
      }
    }
    if hasRunEnded, let endingSignal, outcome == nil { outcome = .interrupted(signal: endingSignal) }
  }

  func takeHistories() {
    for answer in loads.drain() {
      reduceAndPerform(answer)
      clock.want(.now)
    }
  }

  func takeStrayOutput() {
    guard let capture else { return }
    for line in capture.readLines() {
      reduceAndPerform(.log(line))
      clock.want(.routine)
    }
  }

  func takeKeys() {
    var count = 0
    while outcome == nil, let input = screen.nextInput() {
      count += 1
      switch input {
      case .special(Int32(CN_RESIZE.number)): followSize()
      case .character(26): suspend()
      default:
        switch mouse.decode(input) {
        case .part: break
        case .event(let event): point(event)
        case .others(let inputs): press(inputs)
        }
      }
      if isSuspended { return }
    }
    flushKeys()
    noteRead(isEmpty: count == 0)
  }

  /// Nothing more has been typed for as long as a key may take.
  func flushKeys() {
    press(mouse.flush())
    press(keys.flush(at: Self.now()))
    takeAnswers()
  }

  private func press(_ inputs: [KeyDecoder.Input]) {
    for input in inputs { press(keys.decode(input, at: Self.now())) }
  }

  private func press(_ pressed: [Key]) {
    for key in pressed where outcome == nil { press(key) }
  }

  private func point(_ event: PointerEvent) {
    reduceAndPerform(.pointer(event))
    clock.want(.now)
  }

  func press(_ key: Key) {
    reduceAndPerform(.key(key))
    clock.want(.now)
  }

  /// A terminal whose other end is gone is always readable and never has anything to read.
  private func noteRead(isEmpty: Bool) {
    emptyReads = isEmpty ? emptyReads + 1 : 0
    guard emptyReads >= 20 else { return }
    emptyReads = 0
    if !screen.isTerminal { hangUp() }
  }

  func takeSignals() {
    let taken = signals.take()
    if let signal = taken.end, endingSignal == nil || taken.ends > 1, outcome == nil {
      if endingSignal == nil {
        if !options.ownsRun {
          outcome = .interrupted(signal: signal)
          return
        }
        reduceAndPerform(.log("\(SignalWatch.name(of: signal)): the run stops at the next step with a checkpoint"))
        clock.want(.soon)
      }
      endingSignal = signal
    }
    if taken.isHangup { return hangUp() }
    if let signal = taken.idle {
      reduceAndPerform(.log("\(SignalWatch.name(of: signal)) means nothing here: SIGINT or SIGTERM stops the run"))
      clock.want(.soon)
    }
    if taken.isStop, !isSuspended { suspend() }
    if taken.isContinue {
      if isSuspended { resumeIfInForeground() } else { takeOverAgain() }
    }
    if taken.isResize, !isSuspended { followSize() }
  }

  func followSize() {
    guard screen.followSize() else { return }
    reduceAndPerform(.resize(width: screen.width, height: screen.height))
    presenter.invalidate()
    screen.device.redraw()
    clock.want(.now)
  }

  /// Ctrl-Z: gives the terminal back and stops this process, training included, until the shell wakes it.
  func suspend() {
    awaitLastAnswer()
    screen.suspend()
    isSuspended = true
    cn_stop_self()
    resumeIfInForeground()
  }

  /// After `bg` the run goes on and the shell keeps the terminal; after `fg` the screen is taken again.
  func resumeIfInForeground() {
    guard isSuspended, screen.isInForeground else { return }
    isSuspended = false
    takeOverAgain()
  }

  /// Another has the terminal although nobody stopped this process: the shell behind one that was killed, as a rule.
  func yieldIfInBackground() {
    guard !screen.isInForeground else { return }
    screen.suspend()
    isSuspended = true
    reduceAndPerform(.log("the terminal has gone to another program; the run goes on"))
  }

  /// The shell may have changed everything.
  private func takeOverAgain() {
    guard screen.isInForeground else { return yieldIfInBackground() }
    screen.resume()
    _ = screen.followSize()
    reduceAndPerform(.resize(width: screen.width, height: screen.height))
    presenter.invalidate()
    screen.device.redraw()
    clock.want(.now)
  }

  func drawIfDue() {
    guard !awaitsAnswers, !isSuspended, !awaitsFirstEvent else { return }
    if let start = unsentSince {
      guard screen.flush() else { return }
      unsentSince = nil
      clock.didSend(from: start, to: Self.now())
    }
    guard let delay = clock.delay(at: Self.now()), delay <= 0 else { return }
    let start = Self.now()
    presenter.present(
      renderWorkbench(state, width: screen.width, height: screen.height, glyphs: glyphs), on: screen.device)
    clock.didRefresh(at: start)
    if screen.flush() { clock.didSend(from: start, to: Self.now()) } else { unsentSince = start }
  }
}
