import Measures

extension Metric {
  /// The same of one teacher of several that guide at once: `cosine_masked_clip`.
  func of(teacher name: String) -> Metric {
    var metric = self
    metric.key += "_" + name
    metric.name += " " + name
    metric.shortName = metric.name
    metric.longName += " " + name
    metric.isOptional = true
    metric.ranks = Ranks(curves: ranks.curves.map { $0 + 1 }, dashboard: nil, comparison: nil)
    return metric
  }
}

extension Trainer {
  /// What a step under a mixture measures of each teacher; a run of one teacher has none.
  var byTeacher: [Metric] {
    guard guidances.count > 1 else { return [] }
    return BatchMeasure.all.filter(\.isTold).flatMap { measure in
      guidances.filter { $0.codes == nil }.map { measure.metric.of(teacher: $0.name) }
    }
  }
}
