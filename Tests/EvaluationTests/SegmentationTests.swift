import Datasets
import Evaluation
import Foundation
import Models
import Recipe
import RunEvents
import Tensors
import Testing

@Suite("Scores of pixels") struct SegmentationTests {
  /// Of Fixtures/make_confusion.py.
  private struct Reference: Decodable {
    struct Pair: Decodable {
      var truth: [UInt8]
      var prediction: [UInt8]
    }

    var classes: Int
    var pictures: [Pair]
    var iou: [Double?]
    var accuracies: [Double?]
    var meanIou: Double
    var meanAccuracy: Double
    var pixelAccuracy: Double
    var chance: Double
  }

  @Test func scoresAreThoseOfNumpy() throws {
    let folder = try #require(Bundle.module.resourceURL)
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    let reference = try decoder.decode(
      Reference.self, from: try Data(contentsOf: folder.appendingPathComponent("Fixtures/confusion.json")))
    var matrix = ConfusionMatrix(classes: reference.classes)
    for picture in reference.pictures { matrix.add(truth: picture.truth, prediction: picture.prediction) }
    func near(_ a: Double, _ b: Double) -> Bool { abs(a - b) < 1e-12 }
    #expect(near(matrix.meanIoU, reference.meanIou) && near(matrix.meanAccuracy, reference.meanAccuracy))
    #expect(near(matrix.pixelAccuracy, reference.pixelAccuracy) && near(matrix.chance, reference.chance))
    for (found, wanted) in zip(matrix.iou + matrix.accuracies, reference.iou + reference.accuracies) {
      #expect(wanted.map { near(found, $0) } ?? found.isNaN)
    }
    #expect(matrix.iou[5] == 0 && matrix.accuracies[5].isNaN && matrix.iou[6].isNaN)
  }

  @Test(arguments: [
    (512, 512, 341, [0]), (683, 512, 341, [0, 171]), (1024, 512, 341, [0, 341, 512]), (64, 64, 43, [0]),
    (853, 512, 341, [0, 341]), (854, 512, 341, [0, 341, 342]), (100, 512, 341, [0]),
  ])
  func windowsAreThoseOfMmseg(side: Int, window: Int, stride: Int, starts: [Int]) {
    #expect(windowStarts(side: side, window: window, stride: stride) == starts)
  }

  /// Tells four classes by the quarter of the red channel.
  private func byRed(_ size: PlaneSize, stride: PlaneSize = 5) -> PixelClassifier {
    PixelClassifier(
      size: size, classNames: ["a", "b", "c", "d"], inference: .slide, stride: stride, flopPerWindow: 1e9,
      device: CPUDevice(threads: 1)
    ) { pixels in
      let values = pixels.array()
      let (count, plane) = (pixels.shape[0], size.area)
      let logits = (0..<count * plane).flatMap { index -> [Float] in
        let red = values[index / plane * 3 * plane + index % plane]
        return (0..<4).map { -abs(red * 4 - Float($0) - 0.5) }
      }
      return Tensor(logits, shape: [count, size.height, size.width, 4], device: pixels.device)
    }
  }

  /// A pixel has the class that it has in whichever window it lies, and maps are as large as their pictures.
  @Test func windowsAgree() throws {
    let columns = 23
    let picture = Picture(
      width: columns, height: 8,
      rgb: (0..<columns * 8).flatMap { (pixel: Int) -> [UInt8] in [UInt8(32 + pixel % columns / 6 * 64), 0, 0] })
    let map = try #require(try byRed(8).maps([picture]).first)
    #expect(map.width == columns && map.height == 8)
    #expect(map.values == (0..<columns * 8).map { UInt8($0 % columns / 6) })
    let byRectangles = try #require(
      try byRed(PlaneSize(height: 4, width: 16), stride: PlaneSize(height: 2, width: 9)).maps([picture]).first)
    #expect(byRectangles.width == columns && byRectangles.height == 8)
    let wrong = byRectangles.values.indices.count { byRectangles.values[$0] != map.values[$0] }
    #expect(wrong <= 3 * 8, "\(wrong)")
    // Twice the size: the picture is shown at half of it.
    let large = picture.resized(width: 46, height: 16)
    let shown = try #require(try byRed(8).maps([large]).first)
    let right = shown.values.indices.count { shown.values[$0] == UInt8(min($0 % 46 / 12, 3)) }
    #expect(shown.width == 46 && shown.height == 16 && right > 46 * 16 * 9 / 10, "\(right)")
  }

  @Test func scoresScenesAndCountsWhatIsBroken() throws {
    let device = CPUDevice(threads: 1)
    let model = VisionTransformer(
      .vit(imageSize: 16, patchSize: 8, width: 8, depth: 1, heads: 1), device: device, seed: 1)
    let scenes = ScenesSource(seed: 1, range: 0..<7, size: 16)
    let data = EvaluationData(train: scenes, test: scenes)
    /// Calls every pixel background, but for those of one row that it gives no finite logits.
    func subject(breaks: Bool) -> EvaluationSubject {
      EvaluationSubject(
        model: model, normalization: .imageNet,
        pixels: PixelClassifier(
          size: 16, classNames: scenes.mapClasses, inference: .whole, stride: 11, flopPerWindow: 1, device: device
        ) { pixels in
          let count = pixels.shape[0] * 256
          let logits = (0..<count * 13).map { $0 % 13 == 0 ? (breaks ? Float.nan : 1) : 0 }
          return Tensor(logits, shape: [pixels.shape[0], 16, 16, 13], device: device)
        })
    }
    func job(_ subject: EvaluationSubject, _ data: EvaluationData) throws -> any EvaluationJob {
      try EvaluationPlan(EvalRequest(kind: "segment")).make(features: FeaturePair(subject: subject, data: data))
    }
    let score = try job(subject(breaks: false), data).finish()
    #expect(score.pictures.test == 7 && score.pictures.chance == score.score)
    #expect(score.details["pixel_accuracy"] == score.details["iou@background"] && score.details.values.contains(0))
    #expect(throws: EvaluationError.self) { try job(subject(breaks: true), data).finish() }
    let unmapped = EvaluationData(train: scenes, test: PictureSubset(scenes, indices: [0, 1], name: "some"))
    #expect(throws: EvaluationError.hasNoMaps(kind: "segment", source: "some")) {
      try job(subject(breaks: false), unmapped)
    }
  }

  /// A model that tells no pixels learns it on its frozen patches, and stays as it is.
  @Test func aLinearHeadIsLearnedFirst() throws {
    let model = VisionTransformer(
      VisionTransformerConfiguration(imageSize: 16, patchSize: 4, width: 16, depth: 1, heads: 2),
      device: CPUDevice(threads: 1), seed: 3)
    model.freeze()
    let before = model.parameters().map { $0.tensor.array() }
    let data = EvaluationData(train: HalvedPictures(range: 0..<60), test: HalvedPictures(range: 60..<90))
    let options = ["steps": "100", "batch": "8", "rate": "0.01", "pictures": "40"]
    let plan = try EvaluationPlan(EvalRequest(kind: "segment", options: options))
    try plan.check(data)
    let pair = try FeaturePair(subject: EvaluationSubject(model: model, normalization: .imageNet), data: data)
    let score = try plan.make(features: pair).finish()
    #expect(score.score > 0.7, "\(score.score) where chance is \(score.pictures.chance ?? 0)")
    #expect(score.pictures.train == 40 && score.pictures.test == 30)
    #expect(score.summary.hasPrefix("linear head, 100 steps, mIoU of 2 classes"), "\(score.summary)")
    #expect(try plan.make(features: pair).finish() == score)
    #expect(model.parameters().map { $0.tensor.array() } == before)
    let unmapped = EvaluationData(train: PictureSubset(data.train, indices: [0, 1], name: "some"), test: data.test)
    #expect(throws: EvaluationError.hasNoMaps(kind: "segment", source: "some")) { try plan.check(unmapped) }
  }
}

/// Pictures of which one side is red, the other blue, under noise.
private struct HalvedPictures: MappedPictures {
  var range: Range<Int>

  var count: Int { range.count }
  var name: String { "halves" }
  var classNames: [String] { [] }
  var mapClasses: [String] { ["red", "blue"] }
  func label(at index: Int) -> Int? { 0 }
  func caption(at index: Int) -> String? { nil }
  func itemName(at index: Int) -> String { "halves \(index)" }

  private func side(_ index: Int, _ x: Int) -> UInt8 { ((range.lowerBound + index) % 2 == 0) == (x < 8) ? 1 : 0 }

  func classMap(at index: Int) throws -> LabelMap {
    LabelMap(width: 16, height: 16, values: (0..<256).map { side(index, $0 % 16) })
  }

  func picture(at index: Int) throws -> Picture {
    var generator = Philox(seed: 4, purpose: .other, stream: UInt64(range.lowerBound + index))
    let rgb = (0..<256).flatMap { pixel in
      (side(index, pixel % 16) == 0 ? [200, 40, 40] : [40, 40, 200]).map { (value: Float) in
        UInt8(min(max(value + 20 * generator.normal(), 0), 255))
      }
    }
    return Picture(width: 16, height: 16, rgb: rgb)
  }
}
