import Foundation
import Models
import Pretraining
import Recipe
import Tensors
import Testing

/// Predictions as pictures.
@Suite struct ShownPictureTests {
  /// In 0...1, of 8 x 8 pixels.
  private let planes = (0..<192).map { Float($0 * 37 % 101) / 101 }
  private let mask = [true, false, false, true]

  private func rgb(_ planes: [Float]) -> [UInt8] {
    (0..<64).flatMap { pixel in (0..<3).map { UInt8((planes[$0 * 64 + pixel] * 255).rounded()) } }
  }

  private func guidance(_ target: any PatchTarget) -> ComputedGuidance {
    ComputedGuidance(name: "computed", target: target, grid: 2, patch: 4)
  }

  /// Whoever predicts the normalised pixels themselves gets the picture back.
  @Test func perfectPredictionsAreThePicture() throws {
    let guidance = guidance(NormalisedPixels())
    let pixels = Tensor(planes, shape: [1, 3, 8, 8], device: CPUDevice(threads: 1))
    let targets = Array(try guidance.targets(pixels: pixels).array().dropFirst(48))
    let shown = try #require(guidance.shown(targets, over: planes, size: 8, mask: mask))
    for (found, wanted) in zip(shown.rgb, rgb(planes)) { #expect(abs(Int(found) - Int(wanted)) <= 1) }
    #expect(shown.rgb.count == 192 && shown.help.contains("true mean and variance of each patch are borrowed"))
  }

  /// What is seen stays as it is; a prediction of nothing is the mean of its patch.
  @Test func visiblePatchesArePastedBesideThePredicted() throws {
    let shown = try #require(
      guidance(NormalisedPixels()).shown([Float](repeating: 0, count: 4 * 48), over: planes, size: 8, mask: mask))
    let whole = rgb(planes)
    for pixel in 0..<64 {
      let isSeen = (pixel / 8 < 4) != (pixel % 8 < 4)
      let found = Array(shown.rgb[3 * pixel..<3 * pixel + 3])
      if isSeen {
        #expect(found == Array(whole[3 * pixel..<3 * pixel + 3]))
      } else {
        #expect(found == Array(shown.rgb[(pixel < 32 ? 0 : 3 * 36)..<(pixel < 32 ? 3 : 3 * 37)]))
      }
    }
  }

  @Test func coloursAreShownAsTheyAre() throws {
    let colours: [Float] = [1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]
    let shown = try #require(guidance(MeanColour()).shown(colours, over: planes, size: 8, mask: mask))
    #expect(Array(shown.rgb[0..<3]) == [255, 0, 0] && Array(shown.rgb[189...]) == [0, 0, 255])
    #expect(!shown.help.contains("borrowed"))
  }

  /// Features are no pixels, and statistics that are taken from the targets belong to no picture.
  @Test func previewsHavePicturesWhereTheyCan() throws {
    #expect(try TinyRun().trainer().preview(0).pictures.isEmpty)
    var run = TinyRun.mae()
    #expect(try run.trainer().preview(0).pictures.map(\.title) == ["rebuilt"])
    run.objective.targets = .centred
    #expect(try run.trainer().preview(0).pictures.isEmpty)
  }
}
