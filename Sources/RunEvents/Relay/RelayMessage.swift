/// What a relay says beside the events of a run, to a workbench on another machine.
package enum RelayMessage: Codable, Equatable, Sendable {
  /// The first line.
  case hello(RelayHello)
  /// The run of an `open`, or the first one (0), is what events are of from here on.
  case begun(id: Int)
  /// A run that can be begun. `canDetach`: whether it goes on without this workbench.
  case opened(id: Int, run: RunReference, attachment: String, canDetach: Bool)
  /// A part of a history or of a list of runs, a ``RunHistory`` or a ``RunCatalog`` in JSON: parts come in order, and
  /// events may come between them.
  case piece(id: Int, text: String, isLast: Bool)
  /// There is no such run.
  case nothing(id: Int)
  /// Why a request has no answer; without a number: why the relay ends.
  case failure(id: Int?, reason: String)
  /// The link holds; said while there is nothing else to say.
  case beat
}

/// What a relay begins with.
package struct RelayHello: Codable, Equatable, Sendable {
  /// Of what is said over a link. Both ends must have the same.
  package static let version = 1

  package var version = RelayHello.version
  /// The program's version, for people.
  package var program: String
  /// The run that is lent; names are empty where none is before one is opened.
  package var run: RunReference
  /// As a workbench on that machine would have them.
  package var attachment: String
  package var isLive: Bool
  /// Whether another run of the session could have been meant as well.
  package var isOneOfSeveral: Bool

  package init(program: String, run: RunReference, attachment: String, isLive: Bool, isOneOfSeveral: Bool = false) {
    self.program = program
    self.run = run
    self.attachment = attachment
    self.isLive = isLive
    self.isOneOfSeveral = isOneOfSeveral
  }
}

/// What a workbench asks of a relay, beside the commands of a run.
package enum RelayRequest: Codable, Equatable, Sendable {
  /// Lets the events come of a run that was opened, or of the first one (0).
  case begin(id: Int)
  case history(id: Int, request: HistoryRequest)
  case open(id: Int, run: RunReference)
  /// Has a process of its own go on with a run that has ended, and opens it.
  case resume(id: Int, run: RunReference)
  case fork(id: Int, request: ForkRequest, parent: RunReference)
  /// The runs of all sessions there, named `SESSION/RUN`, with these values.
  case catalog(id: Int, keys: [String])
  /// No more events of the run that is shown, until another one is begun.
  case rest
  /// The link holds; said while there is nothing else to say.
  case beat
}
