import RunEvents

/// What a child asks of the workbench after it has changed itself.
package struct Outcome {
  package enum DialogChange: Equatable {
    case stays, closes
    case opens(Dialog)
  }

  /// What belongs to another child.
  package enum Request: Equatable {
    /// Draw a run over the one that is watched, or take it away.
    case toggleOverlay(RunReference)
    /// Draw runs over the one that is watched without a word, as far as there is room.
    case layOver([RunReference])
    /// A run was renamed: its curves stay under its new name.
    case renameOverlay(RunReference, to: String)
    /// Of the session, only these runs are left.
    case keepOverlays(session: String?, names: Set<String>)
    case history(HistoryRequest)
    case perform(WorkbenchCommand)
    case edit(String, RunEdit)
    case fork(ForkRequest)
    case filterRuns(String), tellRunsFilter
    case filterConfig(String)
    case filterCurves(String)
    case leave(QuitChoice)
    case showSystemCurves
    case useTheme(String), keepTheme(String)
  }

  package internal(set) var effects: [WorkbenchEffect] = []
  /// Commands that stay pending until an event settles them.
  package internal(set) var commands: [RunCommand] = []
  package internal(set) var notice: (text: String, isWarning: Bool)?
  package internal(set) var dialog = DialogChange.stays
  /// The view to go to; nil: the one that is shown stays.
  package internal(set) var view: WorkbenchView?
  package internal(set) var requests: [Request] = []

  static var nothing: Outcome { Outcome() }

  static func tell(_ text: String, isWarning: Bool = false) -> Outcome {
    Outcome(notice: (text, isWarning))
  }

  static func open(_ dialog: Dialog) -> Outcome { Outcome(dialog: .opens(dialog)) }
  static var close: Outcome { Outcome(dialog: .closes) }
  static func request(_ requests: Request...) -> Outcome { Outcome(requests: requests) }

  /// Sends a command that stays pending until an event settles it.
  static func send(_ command: RunCommand) -> Outcome { Outcome(commands: [command]) }

  func closing() -> Outcome {
    var outcome = self
    outcome.dialog = .closes
    return outcome
  }
}
