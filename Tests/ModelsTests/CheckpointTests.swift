import ArrayDifference
import Foundation
import Models
import Tensors
import Testing

@Suite struct CheckpointTests {
  private static let pixels = (0..<3 * 32 * 32).map { Float($0 % 29) / 29 }

  private func features(_ model: VisionTransformer, _ normalization: PixelNormalization) -> [Float] {
    let pixels = Tensor(Self.pixels, shape: [1, 3, 32, 32], device: model.device)
    return model.features(pixels, normalization: normalization).array()
  }

  @Test func studentsComeBackAsTheyWere() throws {
    let device = CPUDevice()
    var configuration = VisionTransformerConfiguration.beit(imageSize: 32, patchSize: 8, width: 24, depth: 2, heads: 3)
    configuration.dropPath = 0.25
    let student = VisionTransformer(configuration, device: device, seed: 9)
    try withTemporaryFolder { folder in
      let url = folder.appendingPathComponent("student.safetensors")
      try saveVision(student, normalization: .imageNet, to: url)
      let loaded = try loadVision(from: url, device: device)
      #expect(loaded.family == .mvp && loaded.model.configuration == configuration && loaded.normalization == .imageNet)
      #expect(difference(features(loaded.model, .imageNet), features(student, .imageNet)) == nil)
      #expect(loaded.shortSide(for: 64) == 64)
      // timm's shapes
      let file = try SafetensorsFile(url)
      #expect(file.shape("cls_token") == [1, 1, 24] && file.shape("patch_embed.proj.weight") == [24, 3, 8, 8])
      #expect(try loadVision(from: url, device: device, grid: 6).model.configuration.imageSize == 48)
    }
    let copy = student.copy()
    #expect(difference(features(copy, .half), features(student, .half)) == nil)
    student.clsToken.write([Float](repeating: 3, count: 24))
    #expect(features(copy, .half) != features(student, .half))
  }

  @Test func teachersCarryTextTowerVocabularyAndScores() throws {
    let device = CPUDevice()
    let vision = VisionTransformer(
      .clip(imageSize: 32, patchSize: 8, width: 24, depth: 1, heads: 3, projection: 8), device: device, seed: 1)
    let words = WordTokenizer(words: ["a", "red", "square"])
    let text = TextTransformer(
      TextTransformerConfiguration(
        vocabularySize: words.vocabularySize, contextLength: 8, width: 16, depth: 1, heads: 2, projection: 8,
        endToken: words.endToken), device: device, seed: 1)
    let card = ModelCard(
      family: .clip, vision: vision.configuration, normalization: .half, words: words.words, logitScale: 2.5, seed: 4,
      recipe: ["steps": "10"], scores: ["knn": 0.5])
    try withTemporaryFolder { folder in
      let url = folder.appendingPathComponent("clip.safetensors")
      try saveVision(vision, text: text, card: card, dtype: .float16, to: url)
      let loaded = try loadVision(from: url, device: device)
      #expect(loaded.family == .clip && loaded.normalization == .half && loaded.card?.scores == ["knn": 0.5])
      #expect(loaded.card?.seed == 4 && loaded.card?.recipe == ["steps": "10"])
      let difference = zip(features(loaded.model, .half), features(vision, .half)).map { abs($0 - $1) }.max() ?? 1
      #expect(difference > 0 && difference < 1e-2)
      let texts = try loadText(from: url, device: device)
      let tokenizer = try texts.tokenizer()
      #expect(texts.logitScale == 2.5 && tokenizer.tokens("red square") == [5, 6])
      let ours = texts.model.features([tokenizer.encode("a red square", contextLength: 8)]).array()
      let theirs = text.features([words.encode("a red square", contextLength: 8)]).array()
      #expect(zip(ours, theirs).allSatisfy { abs($0 - $1) < 1e-2 } && ours.count == 8)
    }
  }

  /// Holds for whichever teachers this build carries.
  @Test(arguments: ShippedTeacher.allCases.filter { FileManager.default.fileExists(atPath: $0.url.path) })
  func shippedTeachersSayHowTheyWereMade(_ teacher: ShippedTeacher) throws {
    let device = CPUDevice()
    let size = try #require(try FileManager.default.attributesOfItem(atPath: teacher.url.path)[.size] as? Int)
    #expect(size < 4_000_000)
    let card = try #require(try shippedTeacher(teacher.rawValue, device: device).card)
    #expect(card.family.rawValue == teacher.rawValue && card.seed != nil)
    #expect(card.recipe?.isEmpty == false && card.scores?.isEmpty == false)
    if teacher == .clip {
      let text = try loadText(from: teacher.url, device: device)
      #expect(try text.tokenizer().vocabularySize == text.model.configuration.vocabularySize)
      #expect(text.model.configuration.projection == card.vision.projection && text.logitScale != nil)
    }
  }

  @Test func unknownTeachersAreRefused() {
    let error = #expect(throws: CheckpointError.self) { try shippedTeacher("mae", device: CPUDevice()) }
    #expect(error?.description.contains("clip, dino") == true)
  }

  @Test func theTextEndsAtItsEndToken() {
    let device = CPUDevice()
    let configuration = TextTransformerConfiguration(
      vocabularySize: 9, contextLength: 6, width: 16, depth: 2, heads: 2, projection: 4, endToken: 2)
    let text = TextTransformer(configuration, device: device, seed: 2)
    let short = text.features([[1, 5, 2]]).array()
    // What stands behind the end changes nothing, what stands before it does.
    #expect(zip(text.features([[1, 5, 2, 0, 7, 8]]).array(), short).allSatisfy { abs($0 - $1) < 1e-6 })
    #expect(zip(text.features([[1, 6, 2]]).array(), short).contains { abs($0 - $1) > 1e-4 })
    #expect(text.features([[1, 5, 2], [1, 6, 2]]).shape == [2, 4])
  }

  @Test func clsAttentionSumsToOne() throws {
    let device = CPUDevice()
    let vision = try loadVision(from: fixture("models/beit"), device: device)
    let pixels = Tensor(Self.pixels, shape: [1, 3, 32, 32], device: device)
    let attention = vision.model.attention(pixels, normalization: .imageNet, block: 1, query: 0)
    #expect(attention.count == 4 * 17)
    for head in 0..<4 { #expect(abs(attention[head * 17..<(head + 1) * 17].reduce(0, +) - 1) < 1e-5) }
  }
}
