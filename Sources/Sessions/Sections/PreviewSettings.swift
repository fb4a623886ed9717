/// The pictures that a viewer watches: section `preview`.
public struct PreviewSettings: Equatable, Sendable {
  /// Pictures to step through; they are the first of the training data, uncropped by chance.
  public var count = 16
  /// Steps between two previews; 0: none.
  public var every = 10

  public init() {}
}

extension PreviewSettings: SessionSection {
  static var settings: [Setting<Self>] {
    [
      Setting("count", \.count, .integer(1...4096)),
      Setting("every", \.every, .integer(0...)),
    ]
  }
}
