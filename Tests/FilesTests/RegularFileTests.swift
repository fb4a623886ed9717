import Files
import Foundation
import Testing

@Suite struct RegularFileTests {
  private func withFolder(_ body: (String) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("intake-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try body(folder.path)
  }

  @Test func onlyRegularFilesAreRead() throws {
    try withFolder { folder in
      let file = folder + "/file"
      try Data("abc".utf8).write(to: URL(fileURLWithPath: file))
      #expect(try RegularFile.read(file, limit: 3) == Data("abc".utf8))
      #expect(RegularFile.problem(file) == nil && RegularFile.stranger(file) == nil)
      let pipe = folder + "/pipe"
      #expect(mkfifo(pipe, 0o600) == 0)
      let link = folder + "/link"
      try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: file)
      #expect(try RegularFile.read(link, limit: 3) == Data("abc".utf8))
      #expect(RegularFile.stranger(link) == "a link" && RegularFile.stranger(pipe) == "a pipe")
      #expect(RegularFile.stranger(folder + "/absent") == nil)
      for (path, piece) in [
        (pipe, "a pipe"), (folder, "a folder"), ("/dev/zero", "a device"), (folder + "/absent", "No such file"),
      ] {
        let problem = #expect(throws: RegularFile.Problem.self) { _ = try RegularFile.read(path, limit: 10) }
        #expect(problem?.description.contains(piece) == true, "\(problem?.description ?? "")")
        #expect(RegularFile.problem(path) == problem)
      }
    }
  }

  @Test func longFilesAreRefusedBeforeTheyAreRead() throws {
    try withFolder { folder in
      let file = folder + "/large"
      #expect(FileManager.default.createFile(atPath: file, contents: Data()))
      #expect(truncate(file, 1 << 40) == 0)
      let problem = #expect(throws: RegularFile.Problem.self) { _ = try RegularFile.read(file, limit: 1000) }
      #expect(problem?.description.contains("more than the 1000") == true)
      // One of /proc says that it has no bytes.
      let endless = #expect(throws: RegularFile.Problem.self) { _ = try RegularFile.read("/proc/kallsyms", limit: 100) }
      #expect(endless?.description.contains("more than the 100") == true)
    }
  }
}

@Suite struct YAMLLimitsTests {
  @Test(arguments: [
    "seed: 1\nstudent: {width: 64, heads: 2}\n", "about: \"[[[[ a * b\"\n", "a: &x [1, 2]\nb: *x\n",
    "# *bold* *words* in *a* comment, *many* *of* *them*, *and* *more* *yet*\nseed: 1\n",
    (0..<200).map { "k\($0): [1, 2, {a: b}]" }.joined(separator: "\n"),
  ])
  func whatPeopleWriteIsTaken(_ text: String) { #expect(YAMLLimits.problem(in: text) == nil) }

  @Test func whatIsTooMuchIsNamed() {
    func brackets(_ count: Int) -> String { "a: " + String(repeating: "[", count: count) }
    let steps = (0..<40).map { String(repeating: " ", count: $0) + "a:" }.joined(separator: "\n")
    for text in [
      brackets(100_000), String(repeating: "{a: ", count: 50), String(repeating: "- ", count: 1000),
      String(repeating: "? ", count: 1000), steps, String(repeating: "[\n", count: 60),
    ] {
      #expect(YAMLLimits.problem(in: text)?.contains("deeper than 32") == true, "\(text.prefix(20))")
    }
    #expect(YAMLLimits.problem(in: brackets(30)) == nil)
    let large = "a: " + String(repeating: "x", count: 1 << 20)
    #expect(YAMLLimits.problem(in: large)?.contains("more than the 262144") == true)
  }

  @Test func aliasesInKeysAreRefused() {
    let laughs = (1..<10).map {
      "l\($0): &l\($0) [" + Array(repeating: "*l\($0 - 1)", count: 10).joined(separator: ",") + "]"
    }
    let base = "l0: &l0 [lol]\n" + laughs.joined(separator: "\n")
    // Values are counted where they are used.
    #expect(YAMLLimits.problem(in: base) == nil)
    for key in ["? *l9\n: 1", "*l9 : 1", "{[*l9]: 1}", "{*l9 : 1}", "? [*l9]\n: 1", "{[\n*l9\n]\n: 1}"] {
      #expect(YAMLLimits.problem(in: base + "\n" + key)?.contains("aliases") == true, "\(key)")
    }
  }

  @Test func quotedTextsAreCutToALine() {
    #expect(shortened("a\nb\tc") == "a b c")
    #expect(shortened(String(repeating: "x", count: 1_000_000)) == String(repeating: "x", count: 80) + "\u{2026}")
    #expect(shortened(String(repeating: "x", count: 80)) == String(repeating: "x", count: 80))
  }
}
