/// What the student's predictions are held against: section `objective`.
public struct ObjectiveSettings: Equatable, Sendable {
  public enum Loss: String, CaseIterable, Sendable, SettingChoice {
    /// Negative cosine between prediction and target.
    case cosine
    case smoothL1 = "smooth_l1"
    case mse
  }

  /// Tokens that enter the loss.
  public enum Tokens: String, CaseIterable, Sendable, SettingChoice {
    case clsMasked = "cls+masked"
    case masked
    case all
    case visible
  }

  public var loss: Loss = .cosine
  public var tokens: Tokens = .clsMasked
  /// Layer normalisation of targets, without affine parameters, before the cosine; smooth_l1 and mse have it always.
  public var normaliseTargets = false
  /// Where smooth L1 turns from squares to straight lines.
  public var smoothL1Beta = 1.0

  public init() {}
}

extension ObjectiveSettings: SessionSection {
  static var settings: [Setting<Self>] {
    [
      Setting("loss", \.loss, .choice()),
      Setting("tokens", \.tokens, .choice()),
      Setting("normalise_targets", \.normaliseTargets, .flag),
      Setting("smooth_l1_beta", \.smoothL1Beta, .number(.above(0))),
    ]
  }
}
