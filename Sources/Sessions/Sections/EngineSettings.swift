/// How the engine computes: section `engine`. None of it changes what is learned, but for rounding.
public struct EngineSettings: Equatable, Sendable {
  /// Number format of matrix products; weights and sums are float32 in either case.
  public enum DType: String, CaseIterable, Sendable, SettingChoice {
    case fp32
    case bf16
  }

  /// Library of matrix products.
  public enum Backend: String, CaseIterable, Sendable, SettingChoice {
    /// The fastest that the build has.
    case auto
    case native
    case openblas
    case onednn
  }

  public var dtype: DType = .fp32
  public var backend: Backend = .auto
  /// Keep only every block's input for the backward pass, which computes the blocks again: less memory, more time.
  public var recompute = false
  /// Compute what follows the last attention, heads and teachers included, for the tokens of the loss alone. The cosines of other tokens
  /// are not known then.
  public var lossTokensOnly = false
  /// Keep the teachers' features on disk beside the runs, so that each crop is computed once. Needs
  /// ``AugmentationSettings/crops``.
  public var teacherCache = false

  public init() {}
}

extension EngineSettings: SessionSection {
  static var settings: [Setting<Self>] {
    [
      Setting("dtype", \.dtype, .choice()), Setting("backend", \.backend, .choice()),
      Setting("recompute", \.recompute, .flag), Setting("loss_tokens_only", \.lossTokensOnly, .flag),
      Setting("teacher_cache", \.teacherCache, .flag),
    ]
  }
}
