import Measures

/// What a front end asks of the engine. Commands take effect at the next step boundary, in the order they were sent.
package enum RunCommand: Equatable, Sendable {
  case pause
  case resume
  /// Trains `count` steps, then is paused again; only while paused.
  case advance(count: Int)
  /// Switches to the named guidance, or to the next one of the session when nil.
  case switchGuidance(name: String?)
  case evaluate(EvalRequest)
  case cancelEval(id: Int)
  case checkpoint
  /// Chooses the picture of the preview set that previews show.
  case showPreview(index: Int)
  /// Asks for a ``PatchInspection`` of a picture of the preview set, and for a ``SystemSample``. Answered between
  /// steps, as often as that costs training next to nothing; asking more often is answered less often.
  case inspect(index: Int)
  /// Asks for a ``PatchAttention``; answered like `inspect`.
  case attend(AttentionQuery)
  /// Asks for ``PictureScores``.
  case scorePictures
  case sampleSystem
  /// Changes a value of the session that may change live (``ConfigurationValue/edit``); refused ones are answered by a
  /// message.
  case change(key: String, value: String)
  /// Asks for a ``RunCatalog``, a ``RunComparison``. Answered beside training, whatever it does.
  case listRuns
  /// The same, with values of the runs' configurations by their dotted keys.
  case listRunsWithValues(of: [String])
  /// The same with the runs of the other sessions beside this one, which are named `SESSION/RUN`.
  case listAllRuns(of: [String])
  /// Two of them by their names in such a list.
  case compareRuns(left: String, right: String)
  /// Asks for an ``AblationList``. Answered beside training, too.
  case listAblations
  /// Edits what the store says about a run of the session; answered by a new ``RunCatalog``, or by a message.
  case editRun(name: String, edit: RunEdit)
  /// Ends the run at the next step boundary, with a checkpoint or without.
  ///
  /// - Parameters:
  ///   - elsewhere: a folder for the checkpoint where it cannot be written in its own.
  ///   - within: seconds after which the run ends even where the checkpoint cannot be written; nil: it stays until that
  ///     can be, or another `stop` comes, or waiting is in vain.
  case stop(checkpoint: Bool, elsewhere: String? = nil, within: Double? = nil)
  /// Ends this process's part in the run at the next step boundary with a checkpoint, from which another process goes
  /// on at once. Where that cannot be, the run stays, and a message says why.
  case handOver

  /// What a signal to end the program means: a batch system kills what stays much longer.
  package static let stopBySignal = RunCommand.stop(checkpoint: true, within: 10)
}
