/// One line of the key table: which keys do what, and where.
package struct KeyBinding: Sendable {
  /// Where a binding holds. A dialog swallows all keys; a view's own bindings stand beside the global ones.
  package enum Scope: Hashable, Sendable {
    case global
    case view(WorkbenchView)
    case quitDialog
    case evalDialog
    case palette
    case themes
    /// Typing a search in the log or in the help.
    case search
    case textDialog
    case deleteDialog
    case settingDialog
    /// Typing a filter of the curves.
    case curveFilter
  }

  package var scope: Scope
  package var keys: [Key]
  package var command: WorkbenchCommand
  /// What the palette calls it.
  package var name: String
  /// What the footer calls it; the same where nothing else is said.
  package var footerName: String
  /// What the help screen and the README say.
  package var help: String
  /// Order in the footer; nil: not shown there.
  package var footerRank: Int?
  /// What stands before the name in the footer; the first key where nothing else is said.
  package var footerKey: String
  /// The views that it changes the drawing of; the footers of others do not offer it. nil: wherever it holds.
  var concerns: Set<WorkbenchView>?

  init(
    _ scope: Scope, _ keys: [Key], _ command: WorkbenchCommand, _ name: String, _ help: String, footer: Int? = nil,
    footerKey: String? = nil, footerName: String? = nil, concerns: Set<WorkbenchView>? = nil
  ) {
    self.scope = scope
    self.keys = keys
    self.command = command
    self.name = name
    self.help = help
    footerRank = footer
    self.footerName = footerName ?? name
    self.footerKey = footerKey ?? keys.first?.label ?? ""
    self.concerns = concerns
  }

  /// Whether no footer may lack it for want of room: how to get out, and how to find everything else.
  var isEssential: Bool { keys.contains(.escape) || command == .toggleHelp || command == .quit }

  /// `p space`, `[ ]`.
  package var keyLabel: String { keys.map(\.label).joined(separator: " ") }
}
