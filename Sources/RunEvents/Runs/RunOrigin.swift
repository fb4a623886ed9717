/// Where a fork left the run that it comes from.
package struct RunOrigin: Codable, Hashable, Sendable {
  /// The parent, a run of the same session, which may have been deleted since.
  package var run: String
  /// The last step that both share.
  package var step: Int

  package init(run: String, step: Int) {
    self.run = run
    self.step = step
  }

  /// `fork of brisk-otter at step 500`
  package var words: String { "fork of \(run) at step \(step)" }
}
