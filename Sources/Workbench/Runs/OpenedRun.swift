import RunEvents

/// A run that has been opened in place of the one before.
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
