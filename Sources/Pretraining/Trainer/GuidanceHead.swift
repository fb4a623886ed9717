import Models
import Tensors

/// The head of one guidance (student width to feature width) with AdamW moments of its own. A head that rests
/// while another guidance is in force keeps its moments and its step count, so its bias correction goes on where it
/// stopped.
final class GuidanceHead {
  let guidance: any Guidance
  let layers: any PredictionHead
  let parameters: [NamedTensor]
  let optimizer: AdamW
  /// Of the targets of all steps that followed this guidance.
  var statistics: TargetStatistics

  init(
    guidance: any Guidance, method: any PretrainingMethod, student: VisionTransformerConfiguration,
    settings: TrainerSettings, device: any ComputeDevice
  ) {
    self.guidance = guidance
    // Initial values depend on the name: which other guidances a session lists changes nothing.
    layers = method.head(for: guidance, of: student, seed: settings.seed, device: device)
    parameters = layers.parameters(prefix: "head.\(guidance.name)")
    optimizer = AdamW(parameters: parameters, settings: settings)
    statistics = TargetStatistics(of: guidance, form: settings.objective.targets)
  }
}

extension AdamW {
  /// One optimiser with BEiT's decay groups.
  convenience init(parameters: [NamedTensor], settings: TrainerSettings) {
    self.init(
      groups: weightDecayGroups(parameters, weightDecay: settings.weightDecay), beta1: settings.beta1,
      beta2: settings.beta2, epsilon: settings.epsilon)
  }
}
