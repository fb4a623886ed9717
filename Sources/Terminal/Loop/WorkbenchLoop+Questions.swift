import CNcurses
import Foundation
import Workbench

/// What the terminal is asked, and what its answers change.
extension WorkbenchLoop {
  /// Seconds within which a terminal answers, links of a slow network included. Later answers count as well.
  private static let answerTime = 2.0
  /// Longest wait of the first frame, so that it need not be drawn again in other colours.
  private static let firstFrameWait = 0.05
  /// Longest wait before the terminal is given back.
  private static let lastWait = 0.2

  /// Asks what matters to the first frames.
  func askTerminal() {
    var questions: TerminalQuestions = []
    if PictureSupport.asks(options.pictures, environment: options.environment, capabilities: capabilities) {
      questions.insert(.pictures)
    }
    if state.theme == Appearance.automaticTheme, options.script == nil { questions.insert(.background) }
    if ask(questions) { firstFrameBy = Self.now() + Self.firstFrameWait }
  }

  /// Asks the terminal the questions that are new, if somebody sees it; false if there are none.
  @discardableResult private func ask(_ wanted: TerminalQuestions) -> Bool {
    var questions = screen.isPrivate ? [] : wanted.subtracting(asked)
    if !TerminalQuestions.asksBackground(options.environment, capabilities.color) { questions.remove(.background) }
    guard !questions.isEmpty else { return false }
    asked.formUnion(questions)
    unanswered.formUnion(questions)
    screen.send(questions.bytes)
    keys.expectAnswers(until: Self.now() + Self.answerTime)
    return true
  }

  /// Whether the first frame still lacks what the terminal was asked.
  var awaitsAnswers: Bool {
    guard let limit = firstFrameBy else { return false }
    if Self.now() < limit { return true }
    firstFrameBy = nil
    return false
  }

  func takeAnswers() {
    for answer in keys.takeAnswers() {
      switch answer {
      case .pictures where unanswered.remove(.pictures) != nil:
        showsPixels = true
        tellWhatShows()
      case .background(let told) where unanswered.remove(.background) != nil:
        (ground, toldGround) = (told, told)
        if state.theme == Appearance.automaticTheme { useTheme(state.theme) }
      case .end: firstFrameBy = nil
      default: break
      }
    }
  }

  func useTheme(_ name: String) {
    do {
      let next: Theme
      if name == Appearance.automaticTheme {
        ask(.background)
        next = try library.theme(for: ground)
      } else {
        // Who names a theme has it, whatever the background; going through them, one is passed over that cannot be
        // read.
        next = try library.theme(named: name, on: state.isCyclingThemes ? toldGround : nil)
      }
      guard next != theme else { return }
      theme = next
      glyphs = capabilities.glyphs
      presenter.use(next)
      tellWhatShows()
    } catch {
      reduceAndPerform(.themeRefused(name, reason: "\(error)"))
    }
  }

  private func tellWhatShows() {
    let capabilities = capabilities
    reduceAndPerform(
      .canShow(pictureColors: theme.usesColor && capabilities.color >= .palette256, pixels: showsPixels))
    clock.want(.now)
  }

  /// An answer that came when the terminal is the shell's again would stand at its prompt: it is waited for a moment.
  func awaitLastAnswer() {
    let end = Self.now() + Self.lastWait
    while keys.expectsAnswers(at: Self.now()), screen.flush() {
      let left = end - Self.now()
      var entry = pollfd(fd: screen.descriptor, events: Int16(POLLIN), revents: 0)
      guard left > 0, poll(&entry, 1, Int32((left * 1000).rounded(.up))) > 0, entry.revents == Int16(POLLIN) else {
        return
      }
      while let input = screen.nextInput() { _ = keys.decode(input, at: Self.now()) }
    }
  }
}
