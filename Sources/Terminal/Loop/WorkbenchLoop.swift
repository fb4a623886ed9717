import CNcurses
import Canvas
import Foundation
import RunEvents
import Synchronization
import Workbench

/// What signals leave for the loop. The first SIGINT or SIGTERM asks for a stop with a checkpoint, the second for one
/// without, the third ends the process.
final class PendingSignals: Sendable {
  struct Contents {
    var isHangup = false
    var isResize = false
    var isStop = false
    var isContinue = false
    /// One without a meaning.
    var idle: Int32?
    /// The last of SIGINT and SIGTERM, and how many came.
    var end: Int32?
    var ends = 0
  }

  private let contents = Mutex(Contents())

  /// Notes a signal; returns how many have asked for the end, 0 where this one does not.
  func note(_ signal: Int32) -> Int {
    contents.withLock { contents in
      switch signal {
      case SIGHUP: contents.isHangup = true
      case SIGWINCH: contents.isResize = true
      case SIGTSTP: contents.isStop = true
      case SIGCONT: contents.isContinue = true
      case SIGINT, SIGTERM:
        contents.end = signal
        contents.ends += 1
        return contents.ends
      default: contents.idle = signal
      }
      return 0
    }
  }

  /// What came since the last call; `end` stays.
  func take() -> Contents {
    contents.withLock { contents in
      defer { contents = Contents(end: contents.end, ends: contents.ends) }
      return contents
    }
  }
}

/// The loop that owns the screen: waits for keys, events, signals and stray output, reduces them into the state, and
/// draws it. For one thread.
final class WorkbenchLoop {
  let screen: Screen
  let inbox: EventInbox
  let signals: PendingSignals
  let capture: OutputCapture?
  let library: ThemeLibrary
  let options: TerminalOptions
  /// To the run that is watched.
  var send: @Sendable (RunCommand) -> Void
  let loads: HistoryLoads
  let openings: RunOpenings
  let preferences: PreferencesFile
  /// When the choices were last compared with what is remembered.
  private var lastSave = 0.0
  /// When a wait last went by without anything happening for as long as one may take.
  private var lastIdle = 0.0

  var state: WorkbenchState
  var presenter: ScreenPresenter
  var glyphs: GlyphLevel
  var clock: RefreshClock
  var keys = KeyDecoder()
  var mouse = MouseDecoder()
  /// In use.
  var theme: Theme
  /// What is known of the terminal's background.
  var ground: Theme.Ground
  /// The same where the terminal itself has said it.
  var toldGround: Theme.Ground?
  /// Whether the terminal shows pictures in pixels, as far as it is known.
  var showsPixels: Bool
  /// What the terminal has been asked, and of that, what it has not answered.
  var asked: TerminalQuestions = []
  var unanswered: TerminalQuestions = []
  /// Until when the first frame waits for answers.
  var firstFrameBy: Double?
  /// Why what a person chose before is not used.
  private let remark: String?
  var outcome: TerminalOutcome?
  var script: ScriptPlayer?
  var scriptFailure: ScriptError?
  /// The shell has the terminal; this process was stopped and goes on, at least in the background.
  var isSuspended = false
  /// The terminal went away, or SIGHUP said so.
  var hasHungUp = false
  /// A signal asked for the end: the person need not be asked when the run has ended.
  var endingSignal: Int32?
  var hasRunEnded = false
  /// When the frame was drawn that the terminal has not taken whole. Until it has, none is drawn.
  var unsentSince: Double?
  /// Until when a run that has just been opened may take to tell of itself before it is drawn.
  var firstEventBy: Double?
  /// Times in a row that the terminal seemed to have something to read and had nothing.
  var emptyReads = 0

  /// Longest wait: the clock of the state goes on, and a terminal that vanished without a signal is noticed.
  private static let longestWait = 1.0
  /// While the shell has the terminal, nothing tells when it is given back.
  private static let suspendedWait = 0.25
  private static let scriptWait = 0.02

  init(
    screen: Screen, inbox: EventInbox, signals: PendingSignals, capture: OutputCapture?, library: ThemeLibrary,
    appearance: StartingAppearance, options: TerminalOptions, send: @escaping @Sendable (RunCommand) -> Void
  ) {
    self.screen = screen
    self.inbox = inbox
    self.signals = signals
    self.capture = capture
    self.library = library
    self.options = options
    self.send = send
    loads = HistoryLoads(options.loadHistory)
    openings = RunOpenings(options.openRun, resumer: options.resumeRun, forker: options.forkRun)
    preferences = PreferencesFile(options)
    remark = appearance.remark
    theme = appearance.theme
    ground = options.assumedGround
    let capabilities = Self.capabilities(screen, options, theme)
    showsPixels = options.pictures == .kitty && PictureSupport.isUsable(capabilities)
    glyphs = capabilities.glyphs
    presenter = ScreenPresenter(theme: theme, capabilities: capabilities, device: screen.device)
    clock = RefreshClock(hz: appearance.refreshHz)
    script = options.script.map(ScriptPlayer.init)
    var names = library.names.filter { $0 != Appearance.automaticTheme }
    if appearance.name != Appearance.automaticTheme, !names.contains(appearance.name) {
      names.insert(appearance.name, at: 0)
    }
    state = WorkbenchState(
      options: WorkbenchOptions(
        themes: [Appearance.automaticTheme] + names, theme: appearance.name, refreshHz: appearance.refreshHz,
        showsPictureColors: theme.usesColor && capabilities.color >= .palette256,
        canShowPixels: showsPixels, canDetach: options.canDetach,
        attachment: options.attachment, opensRuns: options.openRun != nil, listsHosts: options.listsHosts,
        machine: options.machine,
        loadsHistory: options.loadHistory != nil, utcOffset: Double(TimeZone.current.secondsFromGMT()),
        evaluations: options.evaluations))
  }

  /// A person who goes through views and scales does not write a file with every key.
  private static let saveInterval = 2.0

  private func savePreferences(atLast: Bool = false) {
    let now = Self.now()
    guard atLast || now - lastSave >= Self.saveInterval else { return }
    lastSave = now
    if let problem = preferences.save(state.preferences, waits: atLast) { reduceAndPerform(.log(problem)) }
  }

  /// What the terminal can show with the theme in use.
  var capabilities: TerminalCapabilities { Self.capabilities(screen, options, theme) }

  private static func capabilities(_ screen: Screen, _ options: TerminalOptions, _ theme: Theme) -> TerminalCapabilities
  {
    TerminalCapabilities.detect(
      environment: options.environment, codeset: screen.codeset, colors: screen.device.colors,
      colorChoice: options.color, glyphChoice: options.glyphs ?? theme.glyphs)
  }

  /// Seconds of a monotonic clock.
  static func now() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }

  func run() -> TerminalOutcome {
    askTerminal()
    tick()
    for remark in [screen.remark, remark].compactMap({ $0 }) { reduceAndPerform(.log(remark)) }
    reduceAndPerform(.resize(width: screen.width, height: screen.height))
    if let remembered = preferences.load(else: state.preferences) { state.preferences = remembered }
    // Asked for now, whatever was chosen before.
    if let view = options.firstView { state.preferences.view = view }
    if options.pictures == .kitty { state.preferences.showsPixels = true }
    if let usesMouse = options.usesMouse { state.preferences.usesMouse = usesMouse }
    screen.useMouse(state.screen.usesMouse)
    defer { savePreferences(atLast: true) }
    takeKeys()
    clock.want(.now)
    while true {
      takeSignals()
      takeOpenings()
      takeEvents()
      takeHistories()
      takeStrayOutput()
      if let outcome { return outcome }
      drawIfDue()
      playScript()
      if let outcome { return outcome }
      savePreferences()
      wait()
      if let outcome { return outcome }
    }
  }

  private func wait() {
    let isHeldBack = unsentSince != nil || firstFrameBy != nil || firstEventBy != nil
    var limit = isHeldBack ? Self.longestWait : clock.delay(at: Self.now()) ?? Self.longestWait
    for deadline in [firstFrameBy, keys.deadline].compactMap({ $0 }) {
      limit = min(limit, max(0, deadline - Self.now()))
    }
    if firstEventBy != nil { limit = min(limit, Self.scriptWait) }
    limit = min(limit, isSuspended ? Self.suspendedWait : script == nil ? Self.longestWait : Self.scriptWait)
    var entries = [
      pollfd(fd: inbox.wake.descriptor, events: Int16(POLLIN), revents: 0),
      pollfd(fd: capture?.descriptor ?? -1, events: Int16(POLLIN), revents: 0),
      pollfd(
        fd: isSuspended ? -1 : screen.descriptor, events: Int16(unsentSince == nil ? POLLIN : POLLIN | POLLOUT),
        revents: 0),
    ]
    let count = poll(&entries, nfds_t(entries.count), Int32((limit * 1000).rounded(.up)))
    tick()
    if entries[0].revents != 0 { inbox.wake.answer() }
    // Nothing happened for a while: times and notices are brought up to date.
    if count == 0, Self.now() - lastIdle >= Self.longestWait {
      lastIdle = Self.now()
      clock.want(.routine)
    } else if count > 0 {
      lastIdle = Self.now()
    }
    if isSuspended { resumeIfInForeground() } else { yieldIfInBackground() }
    let terminal = Int32(entries[2].revents)
    if terminal & (POLLERR | POLLHUP | POLLNVAL) != 0 {
      hangUp()
    } else if terminal & POLLIN != 0, !isSuspended {
      takeKeys()
    } else if let deadline = keys.deadline, Self.now() >= deadline {
      flushKeys()
    }
  }

  private func tick() { reduceAndPerform(.tick(Self.now(), wall: Date().timeIntervalSince1970)) }

  func reduceAndPerform(_ action: WorkbenchAction) {
    for effect in reduce(into: &state, action: action) { perform(effect) }
  }

  private func perform(_ effect: WorkbenchEffect) {
    switch effect {
    case .send(let command): send(command)
    case .open(let reference): openings.start(reference, inbox: inbox)
    case .resume(let reference): openings.start(reference, isResumed: true, inbox: inbox)
    case .fork(let request, let reference): openings.start(request, of: reference, inbox: inbox)
    case .loadHistory(let request): loads.start(request, wake: inbox.wake)
    case .quit(.ended): outcome = .ended
    case .quit(.detached): outcome = .detached
    case .quit(.abandoned): outcome = .abandoned
    case .bell: if !isSuspended { screen.bell() }
    case .redraw:
      presenter.invalidate()
      screen.device.redraw()
    case .setTheme(let name): useTheme(name)
    case .setMouse(let isOn): screen.useMouse(isOn)
    case .setRefresh(let hz): clock.hz = hz
    }
  }

  /// Leaves the terminal for good. What a signal asked for before still holds.
  func hangUp() {
    hasHungUp = true
    if outcome == nil { outcome = endingSignal.map { .interrupted(signal: $0) } ?? .hangup }
  }
}
