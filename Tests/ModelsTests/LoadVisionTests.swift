import Foundation
import Models
import Recipe
import Tensors
import Testing

/// Small random models of transformers and timm give the same features here as there (Fixtures/make_models.py).
@Suite struct LoadVisionTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var name, path, family: String
    var imageSize: PlaneSize?
    var report: [String]

    var testDescription: String { name }
  }

  /// Those of `make_models.py`, of `make_families.py` and of `make_towers.py`.
  static let cases: [Case] = ["models", "families", "towers"].flatMap { folder in
    let list = (try? JSONValue.read(fixture("\(folder)/index.json")))?.array ?? []
    return list.map {
      Case(
        name: "\(folder)/\($0["name"]?.string ?? "")", path: "\(folder)/\($0["path"]?.string ?? "")",
        family: $0["family"]?.string ?? "", imageSize: $0["imageSize"]?.integer.map { PlaneSize(square: $0) },
        report: $0["report"]?.array?.compactMap(\.string) ?? [])
    }
  }

  @Test func allCasesAreRead() { #expect(Self.cases.count >= 75) }

  @Test(arguments: cases)
  func agreesOnEveryToken(_ item: Case) throws {
    let device = CPUDevice()
    let vision = try loadVision(from: fixture(item.path), device: device, imageSize: item.imageSize)
    #expect(vision.family.rawValue == item.family)
    for piece in item.report { #expect(vision.report.contains(piece), "\(vision.report)") }
    #expect(vision.model.parameters().allSatisfy { !$0.tensor.requiresGradient })

    let expected = try SafetensorsFile(fixture("\(item.name).expected.safetensors"))
    let pixels = try tensor("pixels", of: expected, device)
    let tokens = vision.model.features(pixels, normalization: vision.normalization)
    try expectClose(tokens, "tokens", of: expected)
    if expected.entry("projected") != nil { try expectClose(vision.model.projected(tokens), "projected", of: expected) }
    if expected.entry("mask") != nil {
      let mask = try expected.floats("mask").map { $0 > 0.5 }
      let masked = vision.model.features(pixels, mask: mask, normalization: vision.normalization)
      try expectClose(masked, "masked", of: expected)
      #expect(masked.array() != tokens.array())
    }
  }

  private func tensor(_ name: String, of file: SafetensorsFile, _ device: CPUDevice) throws -> Tensor {
    Tensor(try file.floats(name), shape: file.shape(name) ?? [], device: device)
  }

  private func expectClose(_ tensor: Tensor, _ name: String, of file: SafetensorsFile) throws {
    #expect(tensor.shape == file.shape(name))
    let (mine, theirs) = (tensor.array(), try file.floats(name))
    let difference = zip(mine, theirs).map { abs($0 - $1) }.max() ?? .infinity
    #expect(difference < 1e-4, "\(name)")
    let width = tensor.shape.last ?? 1
    for row in stride(from: 0, to: mine.count, by: width) {
      let cosine = cosine(mine[row..<row + width], theirs[row..<row + width])
      #expect(cosine > 0.99999, "\(name), row \(row / width)")
    }
  }

  @Test func textTowersAgree() throws {
    let device = CPUDevice()
    let expected = try SafetensorsFile(fixture("models/clip-both.text.safetensors"))
    let texts = try #require(expected.metadata["texts"]).split(separator: "\", \"").map {
      $0.trimmingCharacters(in: CharacterSet(charactersIn: "[]\""))
    }
    let ids = try expected.floats("ids").map { Int32($0) }
    let text = try loadText(from: fixture("models/clip-both"), device: device)
    let tokenizer = try text.tokenizer()
    #expect(text.logitScale == 3.25 && texts.count == 3)
    let encoded = texts.map { tokenizer.encode($0, contextLength: 20) }
    // transformers pads with the end token, we with zeros; both come after the end and change nothing.
    for (row, ours) in encoded.enumerated() {
      let length = try #require(ours.firstIndex(of: tokenizer.endToken)) + 1
      #expect(ours.prefix(length) == ids[row * 20..<row * 20 + length])
    }
    try expectClose(text.model.features(encoded), "features", of: expected)
    let openAI = try loadText(from: fixture("models/openclip-text"), device: device)
    try expectClose(openAI.model.features(encoded), "features", of: expected)
    #expect(openAI.logitScale == 3.25)
    let norms = text.features(texts, tokenizer: tokenizer).array()
    #expect(abs(norms.prefix(16).reduce(0) { $0 + $1 * $1 } - 1) < 1e-5)
    #expect(throws: CheckpointError.self) { try openAI.tokenizer() }
    #expect(throws: CheckpointError.self) { try loadText(from: fixture("models/dinov2"), device: device) }
  }

  @Test func gridChoosesTheImageSize() throws {
    let vision = try loadVision(from: fixture("models/dinov2"), device: CPUDevice(), grid: 4)
    #expect(vision.model.configuration.imageSize == 28 && vision.model.configuration.grid == 4)
    #expect(vision.shortSide(for: 224) == 256)
    #expect(throws: CheckpointError.self) {
      try loadVision(from: fixture("models/dinov2"), device: CPUDevice(), imageSize: 30)
    }
  }
}

func cosine(_ a: ArraySlice<Float>, _ b: ArraySlice<Float>) -> Double {
  var (ab, aa, bb) = (0.0, 0.0, 0.0)
  for (x, y) in zip(a, b) {
    ab += Double(x) * Double(y)
    aa += Double(x) * Double(x)
    bb += Double(y) * Double(y)
  }
  return ab / (aa * bb).squareRoot()
}
