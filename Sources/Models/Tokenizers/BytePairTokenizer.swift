import CImageCodecs
import Files
import Foundation

/// CLIP's tokenizer: lower-cased text, cut into words, digits and runs of signs, each spelled in bytes and merged pair
/// by pair.
///
/// Follows openai/CLIP `clip/simple_tokenizer.py` and transformers' `CLIPTokenizer` (which composes Unicode and does
/// not undo HTML escapes); checked against the latter.
package struct BytePairTokenizer: Tokenizer {
  static let start = "<|startoftext|>"
  static let end = "<|endoftext|>"
  /// Marks the last symbol of a word.
  static let wordEnd = "</w>"
  /// Merges of OpenAI's file that its tokenizer uses: 49,152 symbols less 512 bytes and two marks.
  static let mergesInUse = 49152 - 256 - 2

  struct Pair: Hashable {
    let left: String
    let right: String
  }

  private let numbers: [String: Int32]
  private let ranks: [Pair: Int]
  package let startToken: Int32
  package let endToken: Int32
  package let vocabularySize: Int

  /// Reads the two files that stand beside a checkpoint of transformers.
  /// - Parameters:
  ///   - vocabulary: `vocab.json`, symbol to number
  ///   - merges: `merges.txt`, a pair a line, most frequent first
  package init(vocabulary: URL, merges: URL) throws {
    guard let members = try JSONValue.read(vocabulary).members else {
      throw CheckpointError.file(vocabulary.path, "is not a JSON object from symbols to numbers, fetch it again")
    }
    var numbers: [String: Int32] = [:]
    for member in members {
      guard let number = member.value.integer.flatMap({ Int32(exactly: $0) }), number >= 0 else {
        throw CheckpointError.file(vocabulary.path, "gives \(member.name) no whole number, fetch it again")
      }
      numbers[member.name] = number
    }
    guard RegularFile.problem(merges.path) == nil, let text = try? String(contentsOf: merges, encoding: .utf8) else {
      throw CheckpointError.file(merges.path, "cannot be read as text, fetch it again")
    }
    let lines = text.split(separator: "\n", omittingEmptySubsequences: true)
    let withoutVersion = lines.first?.hasPrefix("#version") == true ? lines.dropFirst() : lines[...]
    try self.init(numbers: numbers, merges: Self.pairs(withoutVersion, path: merges.path), path: vocabulary.path)
  }

  /// Reads OpenAI's `bpe_simple_vocab_16e6.txt.gz`, from whose merges the vocabulary follows.
  package init(openAI url: URL) throws {
    guard RegularFile.problem(url.path) == nil, let packed = try? Data(contentsOf: url) else {
      throw CheckpointError.file(url.path, "cannot be read, check that it exists and is readable")
    }
    let text = try Self.unpack(packed, path: url.path)
    let lines = text.split(separator: "\n", omittingEmptySubsequences: true).dropFirst().prefix(Self.mergesInUse)
    let merges = try Self.pairs(lines, path: url.path)
    let alphabet = ByteAlphabet.inFileOrder
    let symbols =
      alphabet + alphabet.map { $0 + Self.wordEnd } + merges.map { $0.left + $0.right } + [Self.start, Self.end]
    let numbers = Dictionary(symbols.enumerated().map { ($1, Int32($0)) }, uniquingKeysWith: { first, _ in first })
    try self.init(numbers: numbers, merges: merges, path: url.path)
  }

  /// Finds the vocabulary in the folder of a checkpoint: `vocab.json` with `merges.txt`, or OpenAI's file.
  package init(beside folder: URL) throws {
    let vocabulary = folder.appendingPathComponent("vocab.json")
    let merges = folder.appendingPathComponent("merges.txt")
    let openAI = folder.appendingPathComponent("bpe_simple_vocab_16e6.txt.gz")
    let exists = { (url: URL) in FileManager.default.fileExists(atPath: url.path) }
    if exists(vocabulary), exists(merges) {
      try self.init(vocabulary: vocabulary, merges: merges)
    } else if exists(openAI) {
      try self.init(openAI: openAI)
    } else {
      throw CheckpointError.file(
        folder.path,
        "holds no vocabulary, put vocab.json and merges.txt or bpe_simple_vocab_16e6.txt.gz beside the weights")
    }
  }

  private init(numbers: [String: Int32], merges: [Pair], path: String) throws {
    guard let start = numbers[Self.start], let end = numbers[Self.end] else {
      throw CheckpointError.file(path, "lacks \(Self.start) or \(Self.end), use the vocabulary of a CLIP model")
    }
    self.numbers = numbers
    startToken = start
    endToken = end
    vocabularySize = Int(numbers.values.max() ?? 0) + 1
    ranks = Dictionary(zip(merges, merges.indices), uniquingKeysWith: { first, _ in first })
  }

  package func tokens(_ text: String) -> [Int32] {
    WordSplitter.words(text).flatMap { word -> [Int32] in
      if word == Self.start { return [startToken] }
      if word == Self.end { return [endToken] }
      return merged(word).map { numbers[$0] ?? endToken }
    }
  }

  /// The symbols of one word: its bytes, merged by the lowest rank until no known pair is left.
  func merged(_ word: String) -> [String] {
    var symbols = word.utf8.map { ByteAlphabet.letters[Int($0)] }
    guard let last = symbols.popLast() else { return [] }
    symbols.append(last + Self.wordEnd)
    while symbols.count > 1 {
      let pairs = zip(symbols, symbols.dropFirst()).map { Pair(left: $0, right: $1) }
      guard let best = pairs.min(by: { rank($0) < rank($1) }), rank(best) < Int.max else { break }
      var joined: [String] = []
      var i = 0
      while i < symbols.count {
        if i + 1 < symbols.count, symbols[i] == best.left, symbols[i + 1] == best.right {
          joined.append(best.left + best.right)
          i += 2
        } else {
          joined.append(symbols[i])
          i += 1
        }
      }
      symbols = joined
    }
    return symbols
  }

  private func rank(_ pair: Pair) -> Int { ranks[pair] ?? Int.max }

  private static func pairs(_ lines: some Sequence<Substring>, path: String) throws -> [Pair] {
    try lines.map { line in
      let sides = line.split(separator: " ")
      guard sides.count == 2 else {
        throw CheckpointError.file(
          path, "has the line \"\(line)\" where a pair of symbols should stand, fetch it again")
      }
      return Pair(left: String(sides[0]), right: String(sides[1]))
    }
  }

  private static func unpack(_ packed: Data, path: String) throws -> String {
    var reason = [CChar](repeating: 0, count: Int(IMAGE_CODECS_ERROR_SIZE))
    var size = 0
    let unpacked = packed.withUnsafeBytes { bytes in
      image_codecs_gunzip(bytes.bindMemory(to: UInt8.self).baseAddress, bytes.count, &size, &reason)
    }
    guard let unpacked else { throw CheckpointError.file(path, "cannot be unpacked, it must be a whole gzip file") }
    defer { free(unpacked) }
    return String(decoding: UnsafeBufferPointer(start: unpacked, count: size), as: UTF8.self)
  }
}
