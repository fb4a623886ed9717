extension WorkbenchState {
  /// Greatest learning rate of the schedule as the run has it now, every factor counted in; nil where the run does not
  /// tell.
  var peakRate: Double? {
    let key = "optimizer.learning_rate_scale"
    guard let peak = watched.description?.peakRate else { return nil }
    guard let now = config.value(of: key).flatMap({ Double($0) }),
      let start = config.start[key].flatMap({ Double($0) }),
      start > 0
    else { return peak }
    return peak * now / start
  }
}
