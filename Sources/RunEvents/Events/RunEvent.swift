/// What the engine tells front ends. Every event is a value; a front end that has seen all events of a run knows the
/// run.
///
/// As JSON, an event is one flat object a line: `{"version":1,"event":"step","step":12,"loss":-0.31,...}`.
/// The field `event` holds the name of the case; the other fields are the payload's. See ``RunEventCoder``.
package enum RunEvent: Equatable, Sendable {
  /// First event of every run, also after a resume.
  case started(RunDescription)
  case state(RunStateChange)
  case step(StepMetrics)
  case preview(MaskPreview)
  case inspection(PatchInspection)
  case attention(PatchAttention)
  case scores(PictureScores)
  case system(SystemSample)
  case guidance(GuidanceChange)
  case checkpoint(CheckpointRecord)
  case evalProgress(EvalProgress)
  case evalResult(EvalResult)
  case evalFailure(EvalFailure)
  case setting(SettingChange)
  case health(HealthNotice)
  case features(FeatureSpread)
  case runs(RunCatalog)
  case comparison(RunComparison)
  case ablations(AblationList)
  case message(RunMessage)
  /// Last event of every run.
  case finished(RunSummary)
}
