import Canvas
import Foundation
import RunEvents
import Workbench

/// How a person wants the screen.
package struct TerminalOptions: Sendable {
  /// Name of a theme, or path of its file, or ``Appearance/automaticTheme``; nil leaves it to what is remembered.
  package var theme: String?
  /// Folder of themes, in place of `MVP_THEMES`.
  package var themesDirectory: String?
  package var color = ColorChoice.auto
  /// nil leaves the glyphs to theme and locale.
  package var glyphs: GlyphLevel?
  /// How pictures are shown in the mask view.
  package var pictures = PictureChoice.auto
  /// Whether the mouse is asked for; nil leaves it to what is remembered.
  package var usesMouse: Bool?
  /// Refreshes a second while events come in; keys are answered at once. nil leaves it to what is remembered.
  package var refreshHz: Int?
  /// Whether leaving the screen may leave the run going.
  package var canDetach = false
  /// Where the run lives, if not in this process, as the status line says it. Signals, a lost terminal and the end of a
  /// script then end this front end alone.
  package var attachment: String?
  /// Name of the machine that is watched in place of a run; nil: a run is watched.
  package var machine: String?
  /// Keys, waits and dumps to play instead of a person, or before one takes over.
  package var script: Script?
  /// Reads the run store, on a thread of its own; nil: runs have no earlier history, and no other runs are shown.
  package var loadHistory: (@Sendable (HistoryRequest) throws -> RunHistory?)?
  /// Connects to other runs; nil: the run that is watched stays the only one.
  package var openRun: RunOpener?
  /// Starts a process that goes on with a run, and connects to it.
  package var resumeRun: RunOpener?
  /// Makes a fork of a run, starts a process that trains it, and connects to it.
  package var forkRun: RunForker?
  /// Whether lists of all sessions have the runs of other machines, too.
  package var listsHosts = false
  /// The kinds of evaluation that this program knows.
  package var evaluations: [EvaluationDescription] = []
  /// The view to begin with, in place of the one that was left last.
  package var firstView: WorkbenchView?
  package var environment = ProcessInfo.processInfo.environment
  /// Open for reading and writing; nil takes the terminal that controls this process.
  package var descriptor: Int32?
  /// Whether what libraries print is caught while the screen stands.
  package var capturesOutput = true

  package init() {}

  /// Whether a run ends with this front end.
  var ownsRun: Bool { attachment == nil && machine == nil }

  /// Chooses glyphs by name: `braille`, `block`, `ascii`, or `auto`, which leaves them to theme and locale. False for
  /// another name.
  package mutating func chooseGlyphs(_ name: String) -> Bool {
    glyphs = GlyphLevel(rawValue: name)
    return glyphs != nil || name == "auto"
  }
}

/// Why ``runWorkbench(inbox:options:send:)`` returned.
package enum TerminalOutcome: Equatable, Sendable {
  /// The run has ended and the person has left.
  case ended
  /// A signal asked for the end, and the run has ended.
  case interrupted(signal: Int32)
  /// The person left, the run goes on.
  case detached
  /// The person would not wait for the run to end.
  case abandoned
  /// The terminal is gone, the run goes on. Standard input, output and error lead nowhere where they led to it.
  case hangup
}

/// Why there is no screen, in one sentence; line output is the way to go on.
package struct TerminalError: Error, Equatable, CustomStringConvertible {
  package var description: String

  package init(_ description: String) {
    self.description = description
  }
}
