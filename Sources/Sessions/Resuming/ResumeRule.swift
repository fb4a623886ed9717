/// Whether a value of a session may be another one when a run goes on.
package enum ResumeRule: Equatable, Sendable {
  /// No loss depends on it.
  case free
  /// Further losses depend on it; the change is recorded as one of the run.
  case recorded
  /// What it names is compared itself: the pictures, the teacher's weights.
  case compared
  /// Only where a person accepts it; why.
  case accepted(String)
  /// It belongs to the run; why.
  case never(String)
}

extension SessionFile {
  /// The rule of a value by its dotted key path.
  package static func resumeRule(of key: String) -> ResumeRule {
    if liveEdit(of: key) != nil { return key == "schedule.eval_every" ? .free : .recorded }
    let rule = resumeRules.first { key == $0.key || key.hasPrefix($0.key + ".") }?.rule
    return rule ?? .accepted("further steps may depend on it")
  }

  /// The first that fits holds: single keys stand before their section.
  private static let resumeRules: [(key: String, rule: ResumeRule)] = [
    ("task", .never("the run's weights are of another kind")),
    ("teach.teacher", .never("what it learned is to tell that teacher's features")), ("teach", .free),
    ("finetune.from", .never("the run began with it")), ("finetune.tower", .never("the run began with it")),
    ("finetune.image_size", .never("the run's pictures have that size")),
    ("finetune.pooling", .never("the classifier's weights are for it")),
    ("finetune.ema", .never("the run's weights are averaged so, or not")),
    ("finetune.test_crop", .free), ("finetune.head_scale", .never("the head began so")),
    ("finetune", .accepted("every further step is made by it")),
    ("segment.from", .never("the run began with it")), ("segment.tower", .never("the run began with it")),
    ("segment.image_size", .never("the run's pictures have that size")),
    ("segment.head", .never("the run's weights are for it")),
    ("segment.channels", .never("the head's weights have that shape")),
    ("segment.frozen", .never("the optimiser's state is of what learns")),
    ("segment.maps", .never("the classes are those of these maps")),
    ("segment.classes", .never("the head's weights are for so many")),
    ("segment.reduce_zero_label", .never("the classes are numbered so")),
    ("segment.inference", .free), ("segment.stride", .free),
    ("segment", .accepted("every further step is made by it")), ("about", .free), ("threads", .free),
    ("evals", .free), ("preview", .free), ("health", .free), ("ablation", .free),
    ("seed", .never("everything random in the run comes from it")),
    ("engine.device", .recorded), ("engine.recompute", .free), ("engine.teacher_cache", .free),
    ("engine.ranks_dtype", .accepted("gradients of ranks are rounded otherwise")),
    ("engine", .accepted("products are rounded otherwise")),
    ("data.source", .free), ("data.workers", .free), ("data.prefetch_batches", .free), ("data.path", .compared),
    ("data", .never("the run's pictures and crops are numbered by it")),
    ("student.weights", .never("the run began with it")), ("student.tower", .never("the run began with it")),
    ("student", .never("the run's weights have that shape")),
    ("guidance.start", .recorded), ("guidance", .compared),
    ("objective", .never("the loss would be another quantity")),
    ("mask", .never("the run's masks are drawn so")),
    ("optimizer", .accepted("every further step is made by it")),
    ("schedule.steps", .recorded), ("schedule.epochs", .recorded),
    ("schedule.batch_size", .never("the place in the data is counted in it")),
    ("schedule.accumulation", .never("the place in the data is counted in it")), ("schedule", .free),
  ]
}
