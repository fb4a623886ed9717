/// What a trial is for: a run of its own that begins with the student of another, its parent, fine-tunes it or learns
/// to segment with it, and whose score stands among the evaluations of the parent.
package struct TrialOrigin: Codable, Hashable, Sendable {
  /// The parent, a run of the same session, which may have been deleted since.
  package var run: String
  /// Step of the parent's checkpoint that it begins with; nil while it waits for the parent's end.
  package var step: Int?
  /// The kind of evaluation that it stands for: `finetune`.
  package var kind: String

  package init(run: String, step: Int? = nil, kind: String) {
    self.run = run
    self.step = step
    self.kind = kind
  }

  /// `finetune of brisk-otter at step 500`
  package var words: String { "\(kind) of \(run)" + (step.map { " at step \($0)" } ?? ", when that ends") }
}

/// When a trial begins.
package enum TrialStart: String, Codable, CaseIterable, Sendable {
  /// At once, with the parent's student as it is, in a process beside the parent's.
  case now
  /// When the parent ends, with the student that it leaves.
  case after
}
