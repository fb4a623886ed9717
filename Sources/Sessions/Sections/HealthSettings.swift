import Recipe

/// What is watched beside the loss, and who is told: section `health`.
package struct HealthSettings: Equatable, Sendable {
  /// Steps between two measurements of how widely the student's features are spread; 0: none; nil: a hundredth of the
  /// run, 50 at the least.
  package var featuresEvery: Int?
  /// The terminal's bell when something is wrong.
  package var bell = false
  /// A shell command that is started when something is wrong and when the run ends; `MVP_CONDITION`, `MVP_CAUSE`,
  /// `MVP_ADVICE`, `MVP_SESSION`, `MVP_RUN` and `MVP_STEP` tell it what.
  package var command: String?
  /// What a step that is not finite leads to; nil: a pause where a workbench or an attached front end is there to
  /// decide, else the end.
  package var notFinite: NotFinitePolicy?

  /// Seconds that a run which nobody watches waits for what is in its way (a full disk, a folder that is away) to pass;
  /// nil: for ever.
  package var wait: Double? = 3600
  /// A folder for a checkpoint that cannot be written where it belongs when the run ends; nil: none.
  package var elsewhere: String?

  package init() {}
}

/// What a run does about a step that is not finite.
package enum NotFinitePolicy: String, Choice {
  /// Ends with a checkpoint and a status of its own.
  case stop
  /// Waits for someone who decides.
  case pause
}

extension HealthSettings: SessionSection {
  static var settings: [Setting<Self>] {
    [
      Setting("features_every", \.featuresEvery, .optional("auto", .steps(from: 0))),
      Setting("bell", \.bell, .flag),
      Setting("command", \.command, .optional("none", .text("a shell command"))),
      Setting("wait", \.wait, .optional("forever", .number(.between(0, 31_536_000)))),
      Setting("elsewhere", \.elsewhere, .optional("none", .text("a folder"))),
      Setting("not_finite", \.notFinite, .optional("auto", .choice())),
    ]
  }
}
