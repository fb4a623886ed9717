import RunEvents

/// A run that was opened in place of another.
package struct OpenedRun: Equatable, Sendable {
  package var reference: RunReference
  /// As ``WorkbenchOptions/attachment`` and ``WorkbenchOptions/canDetach``.
  package var attachment: String
  package var canDetach: Bool

  package init(reference: RunReference, attachment: String, canDetach: Bool) {
    self.reference = reference
    self.attachment = attachment
    self.canDetach = canDetach
  }
}
