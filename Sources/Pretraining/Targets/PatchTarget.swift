import Recipe

/// A target of every patch that is computed from the picture alone.
package protocol PatchTarget: Sendable {
  /// One line for the list of a run's targets.
  var summary: String { get }

  /// Values that a patch of `patch` x `patch` pixels has.
  func width(patch: Int) -> Int

  /// The values of all patches of one picture.
  /// - Parameters:
  ///   - planes: [3, size, size] in 0...1.
  ///   - patch: edge of a patch in pixels; it divides `size`.
  /// - Returns: [(size / patch)^2, width], row by row of patches.
  func values(planes: UnsafeBufferPointer<Float>, size: Int, patch: Int) -> [Float]

  /// How the values of a patch are shown as one sign; nil: they are not.
  func signs(patch: Int) -> TargetSigns?
}

extension PatchTarget {
  package func signs(patch: Int) -> TargetSigns? { nil }
}

extension TargetKind {
  package var target: any PatchTarget {
    switch self {
    case .meanColour: MeanColour()
    case .pixels: NormalisedPixels()
    case .hog: OrientedGradients()
    }
  }
}
