import Recipe

/// What the student's predictions are held against: section `objective`.
package struct ObjectiveSettings: Equatable, Sendable {
  /// The system whose parts a session has where it says nothing else.
  package var method: MethodKind = .mvp
  /// What the student reads of a masked picture.
  package var encoding: EncodingKind = .dense
  /// What turns its tokens into predictions.
  package var head: HeadKind = .linear
  /// Of a head that is one.
  package var decoder = DecoderSettings()
  /// Of a head that is one.
  package var regressor = RegressorSettings()
  /// Of method dino.
  package var dino = DinoSettings()
  package var loss: LossKind = .cosine
  package var tokens: LossTokens = .clsMasked
  /// What is taken from targets before anything else.
  package var targets: TargetForm = .raw
  /// Layer normalisation of targets, without affine parameters, before the cosine; smooth_l1 and mse have it always.
  package var normaliseTargets = false
  /// Where smooth L1 turns from squares to straight lines.
  package var smoothL1Beta = 1.0
  /// Of the softmaxes that the relational loss compares; LightlyTrain's 0.07.
  package var relationalTemperature = 0.07

  package init() {}
}

extension ObjectiveSettings: SessionSection {
  static var settings: [Setting<Self>] {
    [
      Setting("method", \.method, .choice()).omitted { $0.method == .mvp },
      Setting("encoding", \.encoding, .choice()).omitted {
        $0.encoding == .dense && $0.method.recipe.encoding == .dense
      },
      Setting("head", \.head, .choice()).omitted { $0.head == .linear && $0.method.recipe.head == .linear },
      Setting("decoder", section: \.decoder).omitted { $0.head != .decoder && $0.decoder == DecoderSettings() },
      Setting("regressor", section: \.regressor).omitted {
        $0.head != .regressor && $0.regressor == RegressorSettings()
      },
      Setting("dino", section: \.dino).omitted { $0.method != .dino && $0.dino == DinoSettings() },
      Setting("loss", \.loss, .choice()).omitted { !$0.method.followsTargets },
      Setting("tokens", \.tokens, .choice()).omitted { !$0.method.followsTargets },
      Setting("targets", \.targets, .choice()).omitted { $0.targets == .raw },
      Setting("normalise_targets", \.normaliseTargets, .flag).omitted { !$0.method.followsTargets },
      Setting("smooth_l1_beta", \.smoothL1Beta, .number(.over(0, upTo: 1_000_000)))
        .omitted { !$0.method.followsTargets },
      Setting("relational_temperature", \.relationalTemperature, .number(.over(0, upTo: 100)))
        .omitted { $0.loss != .relational && $0.relationalTemperature == ObjectiveSettings().relationalTemperature },
    ]
  }
}
