import Foundation
import Sessions
import Testing

/// Whatever stands where a session should be is refused in a line, at once, and no number is taken that no run could
/// bear.
@Suite struct HostileSessionTests {
  private func refusal(_ yaml: String, _ overrides: [String] = []) -> String? {
    do {
      _ = try SessionFile(yaml: yaml, file: "x.yaml", overrides: overrides, evaluations: sampleEvaluations)
      return nil
    } catch { return "\(error)" }
  }

  @Test(arguments: [["seed=1"], ["student.width=64"], []])
  func whatIsNoMappingIsRefusedWithAndWithoutOverrides(_ overrides: [String]) {
    for yaml in ["just words", "- a\n- b\n", "42", "[1, 2]", "\"quoted\"", "true"] {
      let sentence = refusal(yaml, overrides)
      #expect(sentence?.hasPrefix("x.yaml:1: the session is ") == true, "\(yaml): \(sentence ?? "taken")")
    }
  }

  @Test func anOverrideHidesNoValueThatIsNoSection() {
    let list = refusal("student: [1, 2]\n", ["student.width=64"])
    #expect(list == "x.yaml:1: student is [1, 2]; it must be a section.")
    #expect(
      refusal("data: {augmentation: 3}\n", ["data.augmentation.flip=0"])?.contains("data.augmentation is 3") == true)
    // A path is short for a teacher's weights.
    #expect(refusal("guidance: {clip: weights.safetensors}\n", ["guidance.clip.project=off"]) == nil)
    #expect(refusal("student:\n", ["student.depth=3"]) == nil)
  }

  @Test func aFileThatSaysNothingIsRefused() throws {
    let directory = try TemporaryDirectory()
    for text in ["", "\n\n", "# a comment\n", "---\n", "~\n", "null\n", "{}\n", "[]\n", "student:\nmask: {}\n"] {
      try directory.write(text, to: "x.yaml")
      for overrides in [[], ["seed=1"]] {
        let error = #expect(throws: SessionError.self, "\(text)") {
          try loadSession(
            directory.url.appendingPathComponent("x.yaml").path, sessionsDirectory: directory.url, overrides: overrides)
        }
        #expect(error?.description.contains("says nothing") == true, "\(error?.description ?? "")")
      }
    }
  }

  @Test func whatIsTooMuchIsRefusedAtOnce() {
    let laughs =
      "l0: &l0 [lol]\n"
      + (1..<10).map { "l\($0): &l\($0) [" + Array(repeating: "*l\($0 - 1)", count: 10).joined(separator: ",") + "]" }
      .joined(separator: "\n")
    let start = ContinuousClock.now
    for text in [
      laughs, laughs + "\n? *l9\n: 1", "about: " + String(repeating: "x", count: 50 << 20),
      "about: " + String(repeating: "[", count: 100_000), String(repeating: "- ", count: 100_000),
      String(repeating: "a: {", count: 10_000), "k: [" + String(repeating: "1,", count: 100_000) + "]",
      (0..<2000).map { String(repeating: " ", count: min($0, 100)) + "k\($0):" }.joined(separator: "\n"),
      String(repeating: "k", count: 100_000) + ": 1",
    ] {
      let sentence = refusal(text)
      #expect(
        sentence != nil && sentence?.contains("\n") == false && (sentence?.count ?? 999) < 400, "\(text.prefix(30))")
      // A system passes no longer argument on.
      let override = refusal("seed: 1", ["about=\(text.prefix(100_000))"])
      // Text that opens no bracket is a line about the session.
      #expect(override == nil || (override?.count ?? 0) < 400)
    }
    #expect(start.duration(to: .now) < .seconds(5))
    // Aliases are of use.
    #expect(refusal("data: {augmentation: &a {flip: 0}}\nseed: 1\n") == nil)
  }

  /// Keys whose values are words of a person's own.
  private static let texts: Set = [
    "about", "data.path", "data.source", "guidance.clip.weights", "guidance.clip.source", "guidance.clip.tower",
    "guidance.dino.weights", "guidance.dino.source", "guidance.dino.tower", "evals.data.path", "evals.data.train_path",
    "evals.data.test_path", "health.command", "health.elsewhere", "ablation.over",
    "guidance.start", "seed",
    "data.seed",
    "evals.data.seed", "student.weights", "student.tower",
  ]

  @Test(arguments: SessionFile.keyPaths(sampleEvaluations).filter { !texts.contains($0) })
  func noNumberIsTakenThatIsNone(_ key: String) {
    for value in [
      "1e308", "-1e308", "inf", "-inf", "Infinity", ".inf", "nan", ".nan", "1e999", "9223372036854775807", "1e-320",
      "99999999999999999999", "[inf, inf]", "[1e308, 1e308]", "[0, 9223372036854775807]", "[nan, nan, nan]",
    ] {
      #expect(refusal("seed: 1", ["\(key)=\(value)"]) != nil || value == "1e-320", "\(key)=\(value)")
    }
  }

  @Test func liveValuesHaveBounds() throws {
    let session = try SessionFile(yaml: "seed: 1", file: "x.yaml")
    for key in SessionFile.liveEdits.keys.sorted() {
      for value in ["1e308", "inf", "nan", "-1", "9223372036854775807", "[[[[", String(repeating: "9", count: 60_000)] {
        let error = #expect(throws: SessionError.self, "\(key)=\(value.prefix(30))") {
          try session.changing(key, to: value)
        }
        #expect((error?.description.count ?? 999) < 400 && error?.description.hasPrefix("--set") == false)
      }
      for choice in SessionFile.liveEdits[key]?.choices ?? [] { _ = try session.changing(key, to: choice) }
    }
  }

  @Test func whatIsNoFileIsNotRead() throws {
    let directory = try TemporaryDirectory()
    let pipe = directory.url.appendingPathComponent("pipe.yaml")
    #expect(mkfifo(pipe.path, 0o600) == 0)
    try directory.write("seed: 3\n", to: "file.yaml")
    try FileManager.default.createSymbolicLink(
      at: directory.url.appendingPathComponent("link.yaml"),
      withDestinationURL: directory.url.appendingPathComponent("file.yaml"))
    let error = #expect(throws: SessionError.self) { try loadSession(pipe.path, sessionsDirectory: directory.url) }
    #expect(error?.description.contains("is a pipe, not a file") == true)
    #expect(try loadSession("link", sessionsDirectory: directory.url).settings.seed == 3)
    #expect(listSessions(in: directory.url).map(\.name).contains("pipe"))
  }

  @Test func aCheckpointHoldsFilesAlone() throws {
    let directory = try TemporaryDirectory()
    let store = CheckpointStore(directory: directory.url, run: "r", keep: 3)
    func save(_ step: Int) throws -> URL {
      try store.save(step: step) {
        try Data("weights".utf8).write(to: $0.appendingPathComponent("student.safetensors"))
      }.url
    }
    let elsewhere = directory.url.appendingPathComponent("elsewhere")
    try Data("weights".utf8).write(to: elsewhere)
    for (step, name) in [(1, "student.safetensors"), (2, "manifest.json")] {
      let place = try save(step).appendingPathComponent(name)
      #expect(try store.checkpoint(step: step).step == step)
      let kept = try Data(contentsOf: place)
      for kind in ["pipe", "link", "device"] {
        try FileManager.default.removeItem(at: place)
        switch kind {
        case "pipe": #expect(mkfifo(place.path, 0o600) == 0)
        case "link":
          try kept.write(to: elsewhere)
          try FileManager.default.createSymbolicLink(at: place, withDestinationURL: elsewhere)
        default: try FileManager.default.createSymbolicLink(atPath: place.path, withDestinationPath: "/dev/zero")
        }
        let error = #expect(throws: CheckpointError.self) { try store.checkpoint(step: step) }
        #expect(
          error?.description.contains(kind == "pipe" ? "is a pipe" : "is a link") == true, "\(error?.description ?? "")"
        )
      }
      try FileManager.default.removeItem(at: place)
      try kept.write(to: place)
      #expect(try store.checkpoint(step: step).step == step)
    }
    // A manifest leads to nothing outside of its checkpoint.
    let manifest = try save(3).appendingPathComponent("manifest.json")
    let text = try String(contentsOf: manifest, encoding: .utf8)
    for name in ["../../elsewhere", "/etc/passwd", "a/../../b"] {
      try Data(text.replacingOccurrences(of: "student.safetensors", with: name).utf8).write(to: manifest)
      let error = #expect(throws: CheckpointError.self) { try store.checkpoint(step: 3) }
      #expect(error?.description.contains("is not in it") == true, "\(error?.description ?? "")")
    }
  }

  @Test func locksAndStoresAreTheOwnersAlone() throws {
    let directory = try TemporaryDirectory()
    let folder = directory.url.appendingPathComponent("s", isDirectory: true)
    let old = umask(0)
    defer { umask(old) }
    let store = try RunStore(directory: folder)
    let recorder = try store.create(settings: SessionFile(yaml: "seed: 1", file: "x.yaml"), totalSteps: 3)
    func mode(_ path: String) throws -> Int {
      let attributes = try FileManager.default.attributesOfItem(atPath: folder.appendingPathComponent(path).path)
      return try #require(attributes[.posixPermissions] as? NSNumber).intValue
    }
    for file in ["runs.sqlite", "runs.sqlite-wal", "runs.sqlite-shm", "locks/\(recorder.name).lock"] {
      #expect(try mode(file) == 0o600, "\(file)")
    }
    #expect(try mode("locks") == 0o700)
  }

  @Test func channelsAreNoMoreThanARunCouldBear() {
    for value in ["257", "-1", "1e3", "9223372036854775808", "[1]", "{a: 1}", "3.5", "all", "''"] {
      #expect(refusal("data: {path: x, channels: \(value)}\n")?.contains("data.channels") == true, "\(value)")
    }
    let many = (0..<257).map { _ in "0.5" }.joined(separator: ", ")
    for value in ["[\(many)]", "[]", "[.nan]", "[-1]", "[2]", "[[0.5]]", "0.5"] {
      #expect(refusal("data: {mean: \(value), std: [1]}\n")?.contains("data.mean") == true, "\(value)")
    }
    #expect(refusal("data: {mean: [0.5, 0.5, 0.5], std: [0, 1, 1]}\n")?.contains("data.std") == true)
    for value in [
      "[0, 1, 256]", "[0, 1, -1]", "[0, 1, 2, 3]", "[a, b, c]", "[0, 1, 2.5]", "{weights: shipped}", "dino",
    ] {
      #expect(refusal("guidance: {view: \(value)}\n")?.contains("guidance.view") == true, "\(value)")
    }
  }
}
