import ArrayDifference
import Datasets
import Foundation
import Tensors
import Testing

@Suite("Augmentation")
struct AugmentationTests {
  @Test("Random boxes fit, and cover area and shape evenly")
  func randomBoxes() {
    var generator = Philox(seed: 1, purpose: .crop)
    var areas: [Float] = []
    var wide = 0
    for _ in 0..<4000 {
      let box = CropBox.random(width: 400, height: 400, scale: 0.1...0.5, ratio: 0.75...(4 / 3), using: &generator)
      #expect(box.left >= 0 && box.top >= 0 && box.left + box.width <= 400 && box.top + box.height <= 400)
      let shape = Float(box.width) / Float(box.height)
      #expect(shape > 0.73 && shape < 1.36)
      areas.append(Float(box.width * box.height) / 160_000)
      if shape > 1 { wide += 1 }
    }
    #expect((areas.min() ?? 0) > 0.095 && (areas.max() ?? 1) < 0.505)
    #expect(abs(areas.reduce(0, +) / 4000 - 0.3) < 0.01, "uniform in area")
    #expect(abs(wide - 2000) < 160, "even in the logarithm of the shape")
  }

  @Test("Where no box fits, the middle with the nearest shape")
  func fallback() {
    var generator = Philox(seed: 1, purpose: .crop)
    let wide = CropBox.random(width: 1000, height: 10, scale: 0.9...1, ratio: 0.5...2, using: &generator)
    #expect(wide == CropBox(left: 490, top: 0, width: 20, height: 10))
    let tall = CropBox.random(width: 10, height: 1000, scale: 0.9...1, ratio: 0.5...2, using: &generator)
    #expect(tall == CropBox(left: 0, top: 490, width: 10, height: 20))
  }

  @Test("A crop is decoded as small as it may be: never with fewer pixels a side than the square")
  func eighths() {
    let view = Augmentation.pretraining(size: 64)
    func box(_ width: Int, _ height: Int) -> CropBox { CropBox(left: 3, top: 5, width: width, height: height) }
    for (box, eighths) in [
      (box(512, 700), 1), (box(511, 700), 2), (box(900, 256), 2), (box(255, 900), 4), (box(128, 128), 4),
      (box(127, 500), 8), (box(10, 10), 8),
    ] {
      #expect(view.eighths(for: box) == eighths, "\(box)")
    }
    #expect(Augmentation.evaluation(size: 64).eighths(for: nil) == 8)
  }

  @Test("Framing equals cropping and then resizing; from a smaller decoding it shows the same")
  func framing() throws {
    let url = try Fixtures.url("baseline.jpg")
    let whole = try decodePicture(at: url) { _, _ in 8 }
    let view = Augmentation.pretraining(size: 8)
    var worst = 0.0
    for (left, top, width, height) in [(0, 0, 45, 31), (9, 5, 16, 17), (28, 14, 17, 17), (44, 30, 1, 1), (3, 3, 30, 9)]
    {
      let box = CropBox(left: left, top: top, width: width, height: height)
      let framed = view.frame(whole, box: box)
      let cropped = whole.picture.cropped(to: box).resized(width: 8, height: 8)
      #expect(framed.width == cropped.width && difference(framed.rgb, cropped.rgb) == nil)
      guard min(width, height) >= 16 else { continue }
      let small = view.frame(try decodePicture(at: url) { _, _ in 4 }, box: box)
      let error = zip(small.rgb, framed.rgb).map { abs(Double($0) - Double($1)) }.reduce(0, +) / 192
      worst = max(worst, error)
    }
    #expect(worst > 0 && worst < 8, "mean difference \(worst)")
  }

  @Test("Brightness, contrast and saturation equal torchvision")
  func torchvision() throws {
    let data = try Data(contentsOf: Fixtures.url("jitter.json"))
    let values = try JSONDecoder().decode([String: [Float]].self, from: data)
    let pixels = try #require(values["pixels"])
    var compared = 0
    for (name, expected) in values where name != "pixels" {
      let words = name.split(separator: " ")
      let factor = try #require(Float(words[1]))
      var changed = pixels
      changed.withUnsafeMutableBufferPointer { planes in
        switch words[0] {
        case "brightness": adjustBrightness(planes, by: factor)
        case "contrast": adjustContrast(planes, plane: 20, by: factor)
        default: adjustSaturation(planes, plane: 20, by: factor)
        }
      }
      for (a, b) in zip(changed, expected) { #expect(abs(a - b) < 2e-6, "\(name)") }
      compared += 1
    }
    #expect(compared == 5)
  }

  @Test("Evaluation is exact and draws nothing; pre-training differs by stream and mirrors half of the time")
  func whole() throws {
    let picture = try Fixtures.picture("source.ppm")
    let exact = apply(.evaluation(size: 40), to: picture, stream: 0)
    let expected = try Fixtures.picture("evaluation-landscape-40.ppm")
    let equals = [planes(of: expected), apply(.evaluation(size: 40), to: picture, stream: 1)].map { $0 == exact }
    #expect(equals[0], "equal to the picture itself")
    #expect(equals[1], "whatever the stream")

    let training = Augmentation.pretraining(size: 16)
    let drawn = [3, 3, 4].map { apply(training, to: picture, stream: $0) }
    let repeats = drawn[0] == drawn[1]
    let differs = drawn[0] != drawn[2]
    #expect(repeats && differs)
    #expect(drawn[0].allSatisfy { $0 >= 0 && $0 <= 1 })

    var flipping = Augmentation.evaluation(size: 40)
    flipping.flip = 0.5
    let flipped = planes(of: mirrored(expected))
    let flips = (0..<200).count { apply(flipping, to: picture, stream: UInt64($0)) == flipped }
    #expect(flips > 70 && flips < 130)
  }

  /// Left becomes right.
  private func mirrored(_ picture: Picture) -> Picture {
    var mirrored = picture
    for y in 0..<picture.height {
      for x in 0..<picture.width {
        let from = (y * picture.width + x) * 3
        let to = (y * picture.width + picture.width - 1 - x) * 3
        for c in 0..<3 { mirrored.samples[to + c] = picture.samples[from + c] }
      }
    }
    return mirrored
  }

  private func apply(_ augmentation: Augmentation, to picture: Picture, stream: UInt64) -> [Float] {
    var generator = Philox(seed: 5, purpose: .crop, stream: stream)
    var pixels = [Float](repeating: -1, count: 3 * augmentation.size.area)
    pixels.withUnsafeMutableBufferPointer { augmentation.apply(to: picture, using: &generator, into: $0) }
    return pixels
  }

  private func planes(of picture: Picture) -> [Float] {
    (0..<3).flatMap { c in stride(from: c, to: picture.rgb.count, by: 3).map { Float(picture.rgb[$0]) / 255 } }
  }
}
