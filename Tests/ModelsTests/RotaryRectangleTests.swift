import Foundation
import Models
import Recipe
import Tensors
import Testing

/// Rotary positions on rectangles: DINOv3's and EVA-02's models for squares, against timm and transformers
/// (Fixtures/make_rotary.py).
@Suite struct RotaryRectangleTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var name, path: String
    var size: PlaneSize
    var testDescription: String { name }
  }

  static let cases: [Case] = ((try? JSONValue.read(fixture("rotary/index.json")))?.array ?? []).map {
    Case(
      name: $0["name"]?.string ?? "", path: $0["path"]?.string ?? "",
      size: PlaneSize(height: $0["height"]?.integer ?? 0, width: $0["width"]?.integer ?? 0))
  }

  @Test func allCasesAreRead() { #expect(Self.cases.count == 9) }

  @Test(arguments: cases) func featuresAgree(_ item: Case) throws {
    let device = CPUDevice()
    let vision = try loadVision(from: fixture("towers/\(item.path)"), device: device, imageSize: item.size)
    #expect(vision.model.configuration.rotary != nil && vision.model.configuration.imageSize == item.size)
    let expected = try SafetensorsFile(fixture("rotary/\(item.name).expected.safetensors"))
    let pixels = Tensor(try expected.floats("pixels"), shape: expected.shape("pixels") ?? [], device: device)
    let tokens = vision.model.features(pixels, normalization: vision.normalization)
    let (mine, theirs) = (tokens.array(), try expected.floats("tokens"))
    #expect(tokens.shape == expected.shape("tokens"))
    let difference = zip(mine, theirs).map { abs($0 - $1) }.max() ?? .infinity
    #expect(difference < 2e-4, "\(difference)")
    for row in 0..<vision.model.configuration.tokens {
      let cosine = cosine(mine[row * 32..<(row + 1) * 32], theirs[row * 32..<(row + 1) * 32])
      #expect(cosine > 0.99999, "row \(row): \(cosine)")
    }
  }
}
