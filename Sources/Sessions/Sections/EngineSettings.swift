/// How the engine computes: section `engine`.
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
    case openblas
    case onednn
  }

  public var dtype: DType = .fp32
  public var backend: Backend = .auto

  public init() {}
}

extension EngineSettings: SessionSection {
  static var settings: [Setting<Self>] {
    [Setting("dtype", \.dtype, .choice()), Setting("backend", \.backend, .choice())]
  }
}
