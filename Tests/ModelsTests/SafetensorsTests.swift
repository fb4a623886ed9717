import Foundation
import Models
import Tensors
import Testing

@Suite struct SafetensorsTests {
  private static let values: [Float] = [0, -0.0, 1, -2.5, 3.14159265, 65504, 6.0e-8, 1e-30, .infinity, .nan]

  @Test func readsWhatTheReferenceImplementationWrote() throws {
    let file = try SafetensorsFile(fixture("safetensors/python.safetensors"))
    #expect(file.metadata["note"] == "line one\nline \"two\" \\ ü 🙂")
    #expect(
      Set(file.names) == ["f32", "f16", "bf16", "i64", "scalar", "empty", "name.with \"quotes\" and ünïcode"])
    #expect(file.shape("f32") == [2, 5])
    #expect(try file.floats("f32").map(\.bitPattern) == Self.values.map(\.bitPattern))
    let half = try file.floats("f16")
    #expect(half.dropLast() == [0, -0.0, 1, -2.5, 3.140625, 65504, Float(0x1p-24), 0, .infinity])
    #expect(half.last?.isNaN == true)
    let brain = try file.floats("bf16")
    #expect(brain[4] == 3.140625 && brain[5] == 65536 && abs(brain[7] / 1e-30 - 1) < 0.004 && brain[9].isNaN)
    #expect(file.shape("scalar") == [] && file.shape("empty") == [0, 3])
    #expect(try file.floats("scalar") == [4.6052])
    #expect(try file.floats("empty") == [])
    #expect(try file.floats("name.with \"quotes\" and ünïcode") == [1, 1, 1])
    #expect(file.entry("i64")?.type == .int64 && file.entry("i64")?.count == 4)
    let refusal = #expect(throws: CheckpointError.self) { try file.floats("i64") }
    #expect(refusal?.description.contains("I64") == true)
    #expect(throws: CheckpointError.self) { try file.floats("absent") }
  }

  private static let written: [(name: String, shape: [Int], values: [Float])] = [
    ("z.weight", [2, 3], [1, 2, 3, 4, 5, 6.5]), ("a\"b\\ü", [1], [-0.125]), ("empty", [0, 4], []), ("scalar", [], [7]),
  ]

  /// `ours.safetensors` is spelled out in make_safetensors.py and read back there with the reference implementation.
  @Test func writesTheBytesThatTheReferenceImplementationReads() throws {
    try withTemporaryFolder { folder in
      let url = folder.appendingPathComponent("ours.safetensors")
      try writeSafetensors(Self.written, metadata: ["b": "tab\there", "a": "1"], to: url)
      let bytes = try Data(contentsOf: url)
      let expected = try Data(contentsOf: fixture("safetensors/ours.safetensors"))
      #expect(bytes == expected)
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["ours.safetensors"])
    }
  }

  @Test(arguments: [StorageType.float32, .float16, .bfloat16])
  func roundTripsEveryStorageType(_ type: StorageType) throws {
    try withTemporaryFolder { folder in
      let url = folder.appendingPathComponent("x.safetensors")
      let values = (0..<1001).map { Float($0 - 500) * 0.3717 }
      try writeSafetensors([("first", [7, 143], values), ("second", [2], [1, 2])], dtype: type, to: url)
      let file = try SafetensorsFile(url)
      #expect(file.names == ["first", "second"])
      let tolerance: Float = type == .float32 ? 0 : type == .float16 ? 0x1p-11 : 0x1p-8
      for (a, b) in zip(try file.floats("first"), values) { #expect(abs(a - b) <= abs(b) * tolerance) }
      #expect(try file.floats("second") == [1, 2])
    }
  }

  @Test func roundsBrainFloatsToNearestEven() throws {
    try withTemporaryFolder { folder in
      let url = folder.appendingPathComponent("x.safetensors")
      let halfway = Float(bitPattern: 0x3F80_8000)  // between 1 and the next bfloat16: 1 is even
      let above = Float(bitPattern: 0x3F81_8000)  // between an odd and an even one
      try writeSafetensors([("x", [3], [halfway, above, Float(bitPattern: 0x7F80_0001)])], dtype: .bfloat16, to: url)
      let read = try SafetensorsFile(url).floats("x")
      #expect(read[0].bitPattern == 0x3F80_0000 && read[1].bitPattern == 0x3F82_0000 && read[2].isNaN)
    }
  }

  @Test func refusesRepeatedNamesAndWrongShapes() throws {
    try withTemporaryFolder { folder in
      let url = folder.appendingPathComponent("x.safetensors")
      #expect(throws: CheckpointError.self) { try writeSafetensors([("x", [1], [1]), ("x", [1], [2])], to: url) }
      #expect(throws: CheckpointError.self) { try writeSafetensors([("x", [2], [1])], to: url) }
      let left = try FileManager.default.contentsOfDirectory(atPath: folder.path)
      #expect(left.isEmpty)
      let nowhere = folder.appendingPathComponent("absent/x.safetensors")
      #expect(throws: CheckpointError.self) { try writeSafetensors([("x", [1], [1])], to: nowhere) }
    }
  }

  /// Header text, bytes of data after it, and a piece of the sentence that must come.
  private static let damaged: [(String, Int, String)] = [
    ("[]", 0, "not a JSON object"),
    ("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}", 4, "not JSON"),
    ("{\"a\":{\"shape\":[1],\"data_offsets\":[0,4]}}", 4, "no dtype"),
    ("{\"a\":{\"dtype\":\"Q7\",\"shape\":[1],\"data_offsets\":[0,4]}}", 4, "Q7"),
    ("{\"a\":{\"dtype\":\"F32\",\"shape\":[-1],\"data_offsets\":[0,4]}}", 4, "shape"),
    ("{\"a\":{\"dtype\":\"F32\",\"shape\":[1.5],\"data_offsets\":[0,4]}}", 4, "shape"),
    ("{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,4]}}", 4, "needs 8 bytes but has 4"),
    ("{\"a\":{\"dtype\":\"F32\",\"shape\":[9223372036854775807,9],\"data_offsets\":[0,4]}}", 4, "too large"),
    ("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,8]}}", 4, "outside the file"),
    ("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,0]}}", 4, "data_offsets"),
    ("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0]}}", 4, "data_offsets"),
    ("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[-4,0]}}", 4, "data_offsets"),
    ("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}}", 8, "gap"),
    ("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}", 8, "4 bytes follow"),
    (
      "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]},"
        + "\"b\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}", 4, "overlaps"
    ),
    (
      "{\"a\":{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[0,0]},"
        + "\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}", 4, "comes twice"
    ),
    ("{\"__metadata__\":[],\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}", 4, "__metadata__"),
    ("{\"__metadata__\":{\"x\":1}}", 0, "not text"),
    (String(repeating: "[", count: 100_000), 0, "nesting"),
  ]

  @Test(arguments: damaged.indices)
  func namesWhatIsWrongWithADamagedHeader(_ index: Int) throws {
    let (header, size, piece) = Self.damaged[index]
    try withTemporaryFolder { folder in
      let url = folder.appendingPathComponent("damaged.safetensors")
      let length = withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian) { Data($0) }
      try (length + Data(header.utf8) + Data(count: size)).write(to: url)
      let error = #expect(throws: CheckpointError.self) { try SafetensorsFile(url) }
      let sentence = error?.description ?? ""
      #expect(sentence.contains(piece) && sentence.contains(url.path), "\(sentence)")
      #expect(sentence.hasSuffix(".") && !sentence.contains("\n"))
    }
  }

  @Test func refusesLengthsThatCannotBe() throws {
    try withTemporaryFolder { (folder: URL) throws in
      let url = folder.appendingPathComponent("short.safetensors")
      #expect(throws: CheckpointError.self) { try SafetensorsFile(url) }
      for bytes: [UInt8] in [
        [], [1, 2, 3], [0, 0, 0, 0, 0, 0, 0, 0], [255, 255, 255, 255, 255, 255, 255, 255, 123, 125],
        [3, 0, 0, 0, 0, 0, 0, 0, 123, 125],
      ] {
        try Data(bytes).write(to: url)
        #expect(throws: CheckpointError.self) { try SafetensorsFile(url) }
      }
      #expect(throws: CheckpointError.self) { try SafetensorsFile(folder) }
    }
  }

  /// Three thousand files with a few bytes changed: each is read in full or refused in a sentence that names the file.
  @Test func noDamageCrashes() throws {
    let sound = try Data(contentsOf: fixture("safetensors/python.safetensors"))
    var random = Philox(seed: 7, purpose: .other)
    try withTemporaryFolder { folder in
      let url = folder.appendingPathComponent("fuzzed.safetensors")
      var refused = 0
      for _ in 0..<3000 {
        var bytes = [UInt8](sound)
        for _ in 0...random.below(4) where !bytes.isEmpty {
          let place = random.below(min(bytes.count, 560))
          switch random.below(4) {
          case 0: bytes[place] = UInt8(random.below(256))
          case 1: bytes[place] = Array("0123456789[]{},:\"-".utf8)[random.below(18)]
          case 2: bytes.remove(at: place)
          default: bytes = Array(bytes.prefix(max(place, 1)))
          }
        }
        try Data(bytes).write(to: url)
        do {
          let file = try SafetensorsFile(url)
          for name in file.names where file.entry(name)?.type != .int64 { _ = try? file.floats(name) }
        } catch let error as CheckpointError {
          refused += 1
          if !error.description.contains(url.path) { Issue.record("no file named: \(error)") }
        }
      }
      #expect(refused > 2400)
    }
  }
}
