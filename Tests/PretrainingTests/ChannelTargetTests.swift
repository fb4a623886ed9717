import Datasets
import Models
import Pretraining
import Recipe
import Tensors
import Testing

/// Targets and teachers of pictures that have not three channels.
@Suite struct ChannelTargetTests {
  private let device = CPUDevice()
  private let size = PlaneSize(height: 16, width: 24)

  private func planes(_ channels: Int) -> [Float] {
    (0..<channels * size.area).map { (place: Int) -> Float in
      let (channel, pixel) = (place / size.area, place % size.area)
      let across = pixel % size.width * (channel + 2)
      let down = pixel / size.width * 5
      return Float((across + down + channel * 31) % 101) / 100
    }
  }

  private func values(_ target: any PatchTarget, _ planes: [Float]) -> [Float] {
    planes.withUnsafeBufferPointer { target.values(planes: $0, size: size, patch: 8) }
  }

  /// The first three of five are what a target of colours has, and each channel stands for itself.
  @Test func gradientsAndMeansOfAChannelDoNotKnowTheOthers() {
    let five = planes(5)
    let colours = Array(five.prefix(3 * size.area))
    for (all, three) in [
      (OrientedGradients(channels: 5) as any PatchTarget, OrientedGradients() as any PatchTarget),
      (MeanColour(channels: 5), MeanColour()),
    ] {
      let (mine, theirs) = (values(all, five), values(three, colours))
      let (width, their) = (all.width(patch: 8), three.width(patch: 8))
      #expect(width * 3 == their * 5 && mine.count == 6 * width)
      for patch in 0..<6 {
        #expect(mine[patch * width..<patch * width + their] == theirs[patch * their..<(patch + 1) * their])
      }
    }
  }

  @Test(arguments: [1, 2, 5]) func pixelsComeBack(_ channels: Int) {
    let normalization = PixelNormalization(
      mean: (0..<channels).map { 0.3 + 0.1 * Float($0) },
      standardDeviation: (0..<channels).map { 0.2 + 0.05 * Float($0) })
    let target = NormalisedPixels(normalization: normalization)
    let planes = planes(channels)
    let made = values(target, planes)
    let width = target.width(patch: 8)
    #expect(width == channels * 64 && made.count == 6 * width)
    let own = made.prefix(width)
    #expect(abs(own.reduce(0, +) / Float(width)) < 1e-5)
    // The patch as it is, pixel by pixel.
    var pixels: [Float] = []
    for place in 0..<64 {
      let pixel = place / 8 * size.width + place % 8
      for channel in 0..<channels { pixels.append(planes[channel * size.area + pixel]) }
    }
    let back = target.pixels(of: own, over: pixels) ?? []
    #expect(zip(back, pixels).allSatisfy { abs($0 - $1) < 1e-5 } && back.count == pixels.count)
  }

  @Test func predictedPicturesAreShownByThreeChannels() throws {
    let channels = 5
    let guidance = ComputedGuidance(
      name: "pixels", target: TargetKind.pixels.target(normalization: .half(channels: channels)),
      grid: PlaneSize(height: 2, width: 3), patch: 8, shownChannels: [4, 0, 2])
    let planes = planes(channels)
    let pixels = Tensor(planes, shape: [1, channels, size.height, size.width], device: device)
    let targets = try guidance.targets(pixels: pixels)
    #expect(targets.shape == [1, 7, channels * 64])
    let shown = try #require(
      guidance.shown(
        Array(targets.array().dropFirst(channels * 64)), over: planes, size: size,
        mask: [true, false, true, false, true, false]))
    for pixel in [0, 5, 100, 383] {
      for (place, channel) in [4, 0, 2].enumerated() {
        #expect(abs(Float(shown.rgb[3 * pixel + place]) - 255 * planes[channel * size.area + pixel]) <= 1)
      }
    }
  }

  @Test func aTeacherSeesTheChannelsThatItIsGiven() throws {
    let configuration = VisionTransformerConfiguration.vit(imageSize: 16, patchSize: 8, width: 16, depth: 1, heads: 2)
    let vision = LoadedVision(
      model: VisionTransformer(configuration, device: device, seed: 4), family: .vit, report: "", normalization: .half)
    let plain = TeacherGuidance(name: "t", vision: vision, project: false)
    let four: [Float] = (0..<2 * 4 * 256).map { (place: Int) -> Float in Float(place * 7 % 89) / 88 }
    let pixels = Tensor(four, shape: [2, 4, 16, 16], device: device)
    func picked(_ channels: [Int]) -> Tensor {
      var values: [Float] = []
      for picture in 0..<2 {
        for channel in channels {
          let first = (picture * 4 + channel) * 256
          values += four[first..<first + 256]
        }
      }
      return Tensor(values, shape: [2, 3, 16, 16], device: device)
    }
    for channels in [[3, 1, 0], [0, 0, 0]] {
      let seeing = TeacherGuidance(name: "t", vision: vision, project: false, channels: channels)
      #expect(try seeing.targets(pixels: pixels).array() == plain.targets(pixels: picked(channels)).array())
      #expect(
        seeing.attention(pixels: pixels, block: 0, query: 0)
          == plain.attention(pixels: picked(channels), block: 0, query: 0))
      #expect(seeing.fingerprint != plain.fingerprint && seeing.summary.contains("sees channels"))
      #expect(seeing.frozenTeacher?.channels == channels && seeing.frozenTeacher?.facts["channels"] != nil)
    }
    #expect(plain.frozenTeacher?.facts["channels"] == nil)
  }
}
