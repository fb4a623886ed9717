/// How the program ends, in a number for scripts and batch systems. A signal that ended a run gives 128 and its number.
package enum ExitStatus: Int32, CaseIterable, Sendable {
  case ok = 0
  /// The run or the command failed; the last line of standard error says why.
  case failed = 1
  /// The arguments were wrong.
  case usage = 2
  /// `mvp check`: what the session names is missing, or a run would be refused; as EX_NOINPUT of sysexits.h.
  case missing = 66
  /// Something outside the program stayed in the way (a full disk, a folder that was away): begin again when it is
  /// gone, as with EX_TEMPFAIL of sysexits.h.
  case environment = 75
  /// A step was not finite, and nobody was there to decide.
  case notFinite = 76
  /// The run made all its steps, but an evaluation of its end (`evals.at_end`) gave no score.
  case evaluation = 77
}
