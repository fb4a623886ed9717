import Models
import Recipe

/// A target of every patch that is computed from the picture alone.
package protocol PatchTarget: Sendable {
  /// One line for the list of a run's targets.
  var summary: String { get }

  /// Values that a patch of `patch` x `patch` pixels has.
  func width(patch: Int) -> Int

  /// The values of all patches of one picture.
  /// - Parameters:
  ///   - planes: [C, height, width] in 0...1, of as many channels as the target is for.
  ///   - patch: edge of a patch in pixels; it divides both sides.
  /// - Returns: [patches, width], row by row of patches.
  func values(planes: UnsafeBufferPointer<Float>, size: PlaneSize, patch: Int) -> [Float]

  /// The pixels that values of a patch stand for, to look at; nil where they stand for none.
  /// - Parameters:
  ///   - values: of one patch, [width].
  ///   - pixels: of the patch as it is, [patch * patch, C] in 0...1, for what the values do not tell.
  /// - Returns: [patch * patch, C], about 0...1.
  func pixels(of values: ArraySlice<Float>, over pixels: [Float]) -> [Float]?

  /// What of those pixels is taken from the picture and not from the values, as a clause; nil: nothing.
  var borrowed: String? { get }

  /// How the values of a patch are shown as one sign; nil: they are not.
  func signs(patch: Int) -> TargetSigns?
}

extension PatchTarget {
  package func pixels(of values: ArraySlice<Float>, over pixels: [Float]) -> [Float]? { nil }
  package var borrowed: String? { nil }
  package func signs(patch: Int) -> TargetSigns? { nil }
}

extension TargetKind {
  package var target: any PatchTarget { target() }

  /// - Parameter normalization: of the student's pixels, which have as many channels as it has figures.
  package func target(normalization: PixelNormalization = .imageNet) -> any PatchTarget {
    let channels = normalization.mean.count
    return switch self {
    case .meanColour: MeanColour(channels: channels)
    case .pixels: NormalisedPixels(normalization: normalization)
    case .hog: OrientedGradients(channels: channels)
    }
  }
}
