import Foundation
import Models
import Recipe
import Tensors
import Testing

/// Models for rectangles, and models for squares that are shown rectangles, against timm and transformers
/// (Fixtures/make_rectangles.py).
@Suite struct RectangleTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var name, path, family: String
    var isResized: Bool
    var testDescription: String { name }
  }

  private static let size = PlaneSize(height: 40, width: 24)

  static let cases: [Case] = ((try? JSONValue.read(fixture("rectangles/index.json")))?.array ?? []).map {
    Case(
      name: $0["name"]?.string ?? "", path: $0["path"]?.string ?? "", family: $0["family"]?.string ?? "",
      isResized: $0["resized"]?.bool ?? false)
  }

  @Test func allCasesAreRead() { #expect(Self.cases.count == 9 && Self.cases.count { $0.isResized } == 5) }

  @Test(arguments: cases) func featuresAgree(_ item: Case) throws {
    let device = CPUDevice()
    let vision = try loadVision(
      from: fixture("rectangles/\(item.path)"), device: device, imageSize: item.isResized ? Self.size : nil)
    #expect(vision.family.rawValue == item.family && vision.model.configuration.imageSize == Self.size)
    #expect(vision.model.configuration.grid == PlaneSize(height: 5, width: 3))
    #expect(vision.report.contains("at 40 x 24 px"), "\(vision.report)")
    let expected = try SafetensorsFile(fixture("rectangles/\(item.name).expected.safetensors"))
    let pixels = Tensor(try expected.floats("pixels"), shape: expected.shape("pixels") ?? [], device: device)
    let tokens = vision.model.features(pixels, normalization: vision.normalization)
    let (mine, theirs) = (tokens.array(), try expected.floats("tokens"))
    #expect(tokens.shape == expected.shape("tokens"))
    #expect(zip(mine, theirs).allSatisfy { abs($0 - $1) < 2e-4 })
    for row in 0..<16 {
      let cosine = cosine(mine[row * 32..<(row + 1) * 32], theirs[row * 32..<(row + 1) * 32])
      #expect(cosine > 0.99999, "row \(row): \(cosine)")
    }
  }

  @Test func aFileRemembersItsRectangle() throws {
    let device = CPUDevice()
    var configuration = VisionTransformerConfiguration.beit(
      imageSize: Self.size, patchSize: 8, width: 16, depth: 1, heads: 2)
    configuration.positions = .sinCosRows
    let model = VisionTransformer(configuration, device: device, seed: 3)
    try withTemporaryFolder { folder in
      let file = folder.appendingPathComponent("model.safetensors")
      let card = ModelCard(family: .beit, vision: configuration, normalization: .imageNet)
      try saveVision(model, card: card, to: file)
      let loaded = try loadVision(from: file, device: device)
      #expect(loaded.model.configuration == configuration)
      #expect(loaded.model.parameters().map { $0.tensor.array() } == model.parameters().map { $0.tensor.array() })
      let other = try loadVision(from: file, device: device, grid: PlaneSize(height: 2, width: 6))
      #expect(other.model.configuration.imageSize == PlaneSize(height: 16, width: 48))
      for wrong in [PlaneSize(height: 40, width: 20), PlaneSize(height: 0, width: 8), PlaneSize(square: .max)] {
        #expect(throws: CheckpointError.self) { try loadVision(from: file, device: device, imageSize: wrong) }
      }
    }
  }

  /// A file without a configuration, as authors publish them.
  private func bare(_ model: VisionTransformer, in folder: URL) throws -> URL {
    let (file, patch) = (folder.appendingPathComponent("model.safetensors"), model.configuration.patchSize)
    try writeSafetensors(
      model.parameters().map { parameter in
        let isPatch = parameter.name == "patch_embed.proj.weight"
        return (
          name: parameter.name,
          shape: isPatch ? [model.configuration.width, 3, patch, patch] : parameter.tensor.shape,
          values: parameter.tensor.array()
        )
      }, to: file)
    return file
  }

  @Test(arguments: [false, true]) func aRectangleIsGuessedFromThePictures(isRelative: Bool) throws {
    let device = CPUDevice()
    let configuration: VisionTransformerConfiguration =
      isRelative
      ? .beit(imageSize: Self.size, patchSize: 8, width: 64, depth: 1, heads: 1)
      : .vit(imageSize: Self.size, patchSize: 8, width: 64, depth: 1, heads: 1)
    let model = VisionTransformer(configuration, device: device, seed: 4)
    try withTemporaryFolder { folder in
      let file = try bare(model, in: folder)
      let same = try loadVision(from: file, device: device, imageSize: Self.size)
      #expect(same.model.configuration.imageSize == Self.size)
      #expect(same.notes.contains { $0.contains("grid of 5 x 3 patches, which is a guess") }, "\(same.notes)")
      #expect(same.model.parameters().map { $0.tensor.array() } == model.parameters().map { $0.tensor.array() })
      // The same shape at another size: positions are resized.
      let larger = PlaneSize(height: 80, width: 48)
      #expect(try loadVision(from: file, device: device, imageSize: larger).model.configuration.imageSize == larger)
      #expect(try loadVision(from: file, device: device, grid: PlaneSize(height: 5, width: 3)).notes == same.notes)
      let told = try WeightsDescription(of: file, imageSize: Self.size)
      #expect(told.guesses.contains("a grid of 5 x 3 patches"))
      for other in [nil, PlaneSize(square: 32), PlaneSize(height: 32, width: 64)] {
        let error = #expect(throws: CheckpointError.self) {
          try loadVision(from: file, device: device, imageSize: other)
        }
        #expect(error?.description.contains("make no square") == true, "\(error?.description ?? "")")
      }
    }
  }

  /// BEiT's index on a rectangle (unilm beit/modeling_pretrain.py with window_size (2, 3)).
  @Test func relativePositionsOfARectangle() {
    let index = relativePositionIndex(grid: PlaneSize(height: 2, width: 3))
    let rows = 3 * 5 + 3
    #expect(index.count == 49 && index[0] == Int32(rows - 1) && index[1] == Int32(rows - 3))
    #expect(index[7] == Int32(rows - 2))
    // From the first patch to the last: one row and two columns back.
    #expect(index[1 * 7 + 6] == 0 && index[6 * 7 + 1] == 14 && index[1 * 7 + 1] == 7)
    #expect(Set(index).count == 18)
  }

  @Test(arguments: [false, true]) func waves(rowsFirst: Bool) {
    let (wide, tall) = (PlaneSize(height: 2, width: 4), PlaneSize(height: 4, width: 2))
    let square = sinCosPositions(grid: 4, width: 8, rowsFirst: rowsFirst)
    let wideOnes = sinCosPositions(grid: wide, width: 8, rowsFirst: rowsFirst)
    let tallOnes = sinCosPositions(grid: tall, width: 8, rowsFirst: rowsFirst)
    // Places of a rectangle are those of the square that begins in the same corner.
    #expect(wideOnes[...] == square[..<(9 * 8)])
    for row in 0..<4 {
      for column in 0..<2 {
        let (mine, theirs) = ((1 + row * 2 + column) * 8, (1 + row * 4 + column) * 8)
        #expect(tallOnes[mine..<mine + 8] == square[theirs..<theirs + 8])
      }
    }
  }
}
