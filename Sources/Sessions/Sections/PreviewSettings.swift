/// The pictures that a viewer watches: section `preview`.
public struct PreviewSettings: Equatable, Sendable {
  /// Pictures to step through, spread evenly over the training data, each whole.
  public var count = 16
  /// Steps between two previews, more where they would take a fiftieth of the time; 0: only when one is asked for.
  public var every = 10

  public init() {}
}

extension PreviewSettings: SessionSection {
  static var settings: [Setting<Self>] {
    [
      Setting("count", \.count, .integer(1...4096)),
      Setting("every", \.every, .steps(from: 0)),
    ]
  }
}
