import Sessions

/// What a run is started with, beside its session.
public struct BackendOptions: Sendable {
  public var session: Session
  /// Go on from the newest checkpoint of the session's newest run.
  public var resume: Bool
  /// Optimiser steps to make now, then checkpoint and stop; nil trains to the end of the schedule.
  public var stepsLimit: Int?
  /// Whether the front end of this process shows mask previews; else they are computed while others are attached.
  public var previews: Bool

  public init(session: Session, resume: Bool = false, stepsLimit: Int? = nil, previews: Bool = false) {
    self.session = session
    self.resume = resume
    self.stepsLimit = stepsLimit
    self.previews = previews
  }
}
