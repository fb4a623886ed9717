import CImageCodecs
import Foundation
import Models
import Testing

@Suite struct TokenizerTests {
  private static func tokenizers() throws -> [BytePairTokenizer] {
    [
      try BytePairTokenizer(
        vocabulary: fixture("tokenizer/vocab.json"), merges: fixture("tokenizer/merges.txt")),
      try BytePairTokenizer(openAI: fixture("tokenizer/bpe_simple_vocab_16e6.txt.gz")),
      try BytePairTokenizer(beside: fixture("tokenizer")),
    ]
  }

  /// Against transformers' CLIPTokenizer with the same vocabulary (make_tokenizer.py).
  @Test func agreesWithTransformersFromEitherVocabulary() throws {
    let expected = try JSONValue.read(fixture("tokenizer/expected.json"))
    let context = try #require(expected["context"]?.integer)
    let cases = try #require(expected["cases"]?.array)
    #expect(cases.count > 10)
    for tokenizer in try Self.tokenizers() {
      #expect(tokenizer.vocabularySize == expected["vocabulary"]?.integer)
      for item in cases {
        let text = try #require(item["text"]?.string)
        let ids = try #require(item["ids"]?.array).compactMap(\.integer)
        let cut = try #require(item["cut"]?.array).compactMap(\.integer)
        let framed = [tokenizer.startToken] + tokenizer.tokens(text) + [tokenizer.endToken]
        #expect(framed.map(Int.init) == ids, "\(text)")
        let encoded = tokenizer.encode(text, contextLength: context).map(Int.init)
        #expect(encoded == cut + Array(repeating: 0, count: context - cut.count), "\(text)")
      }
    }
  }

  /// A packed file of 70 kB that would unpack to 70 MB is no vocabulary.
  @Test func refusesAVocabularyThatUnpacksToFarTooMuch() throws {
    let zeros = [UInt8](repeating: 0, count: 70 << 20)
    var size = 0
    let packed = try #require(image_codecs_deflate(zeros, zeros.count, &size))
    defer { free(packed) }
    // A gzip header, and what is between the header and the sum of a zlib stream.
    let bytes = Data([0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3]) + Data(bytes: packed + 2, count: size - 6)
    try withTemporaryFolder { folder in
      let url = folder.appendingPathComponent("bpe_simple_vocab_16e6.txt.gz")
      try bytes.write(to: url)
      let error = #expect(throws: CheckpointError.self) { try BytePairTokenizer(openAI: url) }
      #expect(error?.description.contains("cannot be unpacked") == true)
    }
  }

  @Test func refusesDamagedVocabularies() throws {
    try withTemporaryFolder { folder in
      let vocabulary = folder.appendingPathComponent("vocab.json")
      let merges = folder.appendingPathComponent("merges.txt")
      let packed = folder.appendingPathComponent("bpe_simple_vocab_16e6.txt.gz")
      let nothing = #expect(throws: CheckpointError.self) { try BytePairTokenizer(beside: folder) }
      #expect(nothing?.description.contains("vocab.json") == true)
      try Data("{\"<|startoftext|>\": 0, \"<|endoftext|>\": \"one\"}".utf8).write(to: vocabulary)
      try Data("#version: 0.2\na b\n".utf8).write(to: merges)
      #expect(throws: CheckpointError.self) { try BytePairTokenizer(beside: folder) }
      try Data("{\"a\": 0}".utf8).write(to: vocabulary)
      #expect(throws: CheckpointError.self) { try BytePairTokenizer(beside: folder) }
      try Data("{\"<|startoftext|>\": 0, \"<|endoftext|>\": 1}".utf8).write(to: vocabulary)
      try Data("a b c\n".utf8).write(to: merges)
      #expect(throws: CheckpointError.self) { try BytePairTokenizer(beside: folder) }
      try Data("not packed".utf8).write(to: packed)
      #expect(throws: CheckpointError.self) { try BytePairTokenizer(openAI: packed) }
      #expect(throws: CheckpointError.self) { try BytePairTokenizer(openAI: folder.appendingPathComponent("absent")) }
    }
  }

  @Test func numbersWordsOfAShortList() throws {
    let tokenizer = WordTokenizer(captions: ["a red square", "a Blue circle."])
    #expect(tokenizer.words == ["a", "blue", "circle", "red", "square"])
    #expect(tokenizer.vocabularySize == 9)
    #expect(tokenizer.encode("A red, red ZEBRA", contextLength: 8) == [1, 4, 7, 7, 3, 2, 0, 0])
    #expect(tokenizer.encode("a a a a a", contextLength: 4) == [1, 4, 4, 2])
    try withTemporaryFolder { folder in
      let url = folder.appendingPathComponent("words.json")
      try tokenizer.write(to: url)
      #expect(try WordTokenizer(url) == tokenizer)
      try Data("{\"words\": [1]}".utf8).write(to: url)
      #expect(throws: CheckpointError.self) { try WordTokenizer(url) }
      try Data("[]".utf8).write(to: url)
      #expect(throws: CheckpointError.self) { try WordTokenizer(url) }
    }
  }
}
