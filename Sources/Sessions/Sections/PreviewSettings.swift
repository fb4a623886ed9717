/// The pictures that a viewer watches: section `preview`.
package struct PreviewSettings: Equatable, Sendable {
  /// Pictures to step through, spread evenly over the training data, each whole.
  package var count = 16
  /// Steps between two previews, more if they would take a fiftieth of the time; 0: only on demand.
  package var every = 10

  package init() {}
}

extension PreviewSettings: SessionSection {
  static var settings: [Setting<Self>] {
    [
      Setting("count", \.count, .integer(1...4096)),
      Setting("every", \.every, .steps(from: 0)),
    ]
  }
}
