import Canvas
import Foundation
import RunEvents
import Workbench

/// How a person wants the screen.
public struct TerminalOptions: Sendable {
  /// Name of a theme, or path of its file, or ``Appearance/automaticTheme``; nil leaves it to what is remembered.
  public var theme: String?
  /// Folder of themes, in place of `MVP_THEMES`.
  public var themesDirectory: String?
  public var color = ColorChoice.auto
  /// nil leaves the glyphs to theme and locale.
  public var glyphs: GlyphLevel?
  /// How pictures are shown in the mask view.
  public var pictures = PictureChoice.auto
  /// Whether the mouse is asked for; nil leaves it to what is remembered.
  public var usesMouse: Bool?
  /// Refreshes a second while events come in; keys are answered at once. nil leaves it to what is remembered.
  public var refreshHz: Int?
  /// Whether leaving the screen may leave the run going.
  public var canDetach = false
  /// Where the run lives, if not in this process, as the status line says it. Signals, a lost terminal and the end of a
  /// script then end this front end alone.
  public var attachment: String?
  /// Name of the machine that is watched in place of a run; nil: a run is watched.
  public var machine: String?
  /// Keys, waits and dumps to play instead of a person, or before one takes over.
  public var script: Script?
  /// Reads the run store, on a thread of its own; nil: runs have no earlier history, and no other runs are shown.
  public var loadHistory: (@Sendable (HistoryRequest) throws -> RunHistory?)?
  /// Connects to other runs; nil: the run that is watched stays the only one.
  public var openRun: RunOpener?
  /// The view to begin with, in place of the one that was left last.
  public var firstView: WorkbenchView?
  public var environment = ProcessInfo.processInfo.environment
  /// Open for reading and writing; nil takes the terminal that controls this process.
  package var descriptor: Int32?
  /// Whether what libraries print is caught while the screen stands.
  package var capturesOutput = true

  public init() {}

  /// Whether a run ends with this front end.
  var ownsRun: Bool { attachment == nil && machine == nil }

  /// Chooses glyphs by name: `braille`, `block`, `ascii`, or `auto`, which leaves them to theme and locale. False for
  /// another name.
  public mutating func chooseGlyphs(_ name: String) -> Bool {
    glyphs = GlyphLevel(rawValue: name)
    return glyphs != nil || name == "auto"
  }
}

/// Why ``runWorkbench(inbox:options:send:)`` returned.
public enum TerminalOutcome: Equatable, Sendable {
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
public struct TerminalError: Error, Equatable, CustomStringConvertible {
  public var description: String

  public init(_ description: String) {
    self.description = description
  }
}
