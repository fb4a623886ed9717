import Recipe

/// How the engine computes: section `engine`. None of it changes what is learned, but for rounding.
package struct EngineSettings: Equatable, Sendable {
  /// What computes.
  package var device: DeviceChoice = .cpu
  /// Number format of matrix products; weights and sums are float32 in either case.
  package var dtype: Precision = .float32
  /// Library of the CPU's own matrix products; nil, `auto` in sessions: the fastest that the build has.
  package var backend: CPUBackend?
  /// Keep only every block's input for the backward pass, which computes the blocks again: less memory, more time.
  package var recompute = false
  /// Compute what follows the last attention, heads and teachers included, for the tokens of the loss alone. The
  /// cosines of other tokens are not known then.
  package var lossTokensOnly = false
  /// Keep the teachers' features on disk beside the runs, so that each crop is computed once. Needs
  /// ``AugmentationSettings/crops``.
  package var teacherCache = false

  /// Number format in which several processes that train together send each other gradients; all add them up in
  /// float32.
  package var ranksDtype: Precision = .float32

  package init() {}
}

extension EngineSettings: SessionSection {
  static var settings: [Setting<Self>] {
    [
      Setting("device", \.device, .device), Setting("dtype", \.dtype, .choice()),
      Setting("backend", \.backend, .optional("auto", .choice())),
      Setting("recompute", \.recompute, .flag), Setting("loss_tokens_only", \.lossTokensOnly, .flag),
      Setting("teacher_cache", \.teacherCache, .flag), Setting("ranks_dtype", \.ranksDtype, .choice()),
    ]
  }
}
