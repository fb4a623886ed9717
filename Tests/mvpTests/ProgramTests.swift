import Canvas
import Foundation
import Testing

/// The program itself, as a shell would call it.
@Suite struct ProgramTests {
  @Test func masksAreExact() throws {
    let result = try Program.run([
      "masks", "--kind", "blockwise", "--grid", "14x14", "--masked", "75", "--count", "300", "--json",
    ])
    #expect(result.status == 0)
    let object = try #require(try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any])
    #expect(object["min"] as? Int == 75)
    #expect(object["max"] as? Int == 75)
    let rows = try #require(object["frequency"] as? [[Double]])
    #expect(rows.count == 14 && rows.allSatisfy { $0.count == 14 })
    #expect(abs(rows.joined().reduce(0, +) - 75) < 1e-6)
  }

  @Test func usageErrorsExitWithTwoAndSayWhatIsAllowed() throws {
    let result = try Program.run(["masks", "--grid", "14"])
    #expect(result.status == 2)
    #expect(result.errors.contains("--grid"))
  }

  /// Before a model or a picture is looked for, whether they exist or not.
  @Test(arguments: [
    ["--k", "0"], ["--temperature", "warm"], ["--decay", "1e-3,"], ["--features", "all"], ["--iterations", "5,6"],
  ])
  func wrongOptionsOfEvaluationsAreUsageErrors(options: [String]) throws {
    let result = try Program.run(["eval", "no-such-session"] + options)
    #expect(result.status == 2)
    #expect(result.errors.contains("option `\(options[0].dropFirst(2))` of evaluation"), "\(result.errors)")
    let general = try Program.run(["eval", "no-such-session", "--option", options[0].dropFirst(2) + "=" + options[1]])
    #expect(general.status == 2 && general.errors == result.errors)
  }

  @Test(arguments: [
    (["--option", "depth=3"], "--option depth: no chosen evaluation knows it"),
    (["--kind", "centroid", "--option", "k=3"], "evaluation centroid has no option `k`: it knows features"),
    (["--kind", "knn", "--set", "depth.decay=1"], "--set depth.decay is an option of depth, which is not asked for"),
    (["--kind", "knn", "--set", "knn.spread=1"], "evaluation knn has no option `spread`"),
    (["--kind", "linear", "--k", "3"], "evaluation linear has no option `k`"),
    (["--option", "k"], "write NAME=VALUE"), (["--option", "k=3", "--k", "4"], "option k is given twice"),
    (
      ["--kind", "spread"],
      "--kind is spread: choose knn, linear, centroid, depth, health, zeroshot, finetune, accuracy or segment"
    ),
  ])
  func optionsThatNoEvaluationKnowsAreUsageErrors(arguments: [String], sentence: String) throws {
    let result = try Program.run(["eval", "no-such-session"] + arguments)
    #expect(result.status == 2)
    #expect(result.errors.contains(sentence), "\(result.errors)")
  }

  @Test func helpListsTheKindsOfEvaluationAndTheirOptions() throws {
    let help = try Program.run(["eval", "--help"]).output
    for text in [
      "centroid", "neighbours that vote\n", "a whole number from 1 to 100000, or several; 20\n", "cls, mean or both",
    ] {
      #expect(help.contains(text), "\(text)")
    }
    #expect(
      try Program.run(["runs", "--sort", "spread"]).errors.contains(
        "loss, knn, linear, centroid, depth, health, zeroshot, finetune, accuracy, segment."))
  }

  @Test(arguments: [
    ["--evaluate", "k=3"], ["--evaluate", "knn k"], ["--pause-after", "-1"], ["--run", "brisk-otter"],
  ])
  func wrongWordsAboutGoingOnAreUsageErrors(options: [String]) throws {
    let result = try Program.run(["run", "demo", "--headless"] + options)
    #expect(result.status == 2)
    #expect(result.errors.contains(options[0]), "\(result.errors)")
  }

  @Test(arguments: [
    (["rnu", "demo"], "did you mean mvp run?"),
    (["runs", "delte", "demo", "calm-fox"], "did you mean mvp runs delete?"),
    (["runs", "delte"], "did you mean mvp runs delete?"),
    (["sytsem"], "did you mean mvp system?"), (["nonsense-all-through"], "`mvp --help` lists all."),
    (["runs", "--state", "finised"], "untrained; did you mean finished?"),
    (["runs", "--state", "foo"], "running, paused"),
    (["runs", "--sort", "lnear"], "did you mean linear?"), (["run", "demo", "--color", "nevr"], "did you mean never?"),
    (["run", "demo", "--pictures", "kity"], "did you mean kitty?"),
    (["teach", "dnio", "--output", "x"], "did you mean dino?"),
    (["eval", "demo", "--kind", "liner"], "did you mean linear?"),
    (["eval", "demo", "--option", "temprature=1"], "did you mean temperature?"),
    (["masks", "--kind", "blokwise"], "did you mean blockwise?"),
    (["bench", "--backend", "opneblas"], "did you mean openblas?"),
    (["bench", "--device", "gpu"], "did you mean cuda?"), (["eval", "demo", "--device", "troch-cpu"], "torch-cpu?"),
    (["run", "demo", "--device", "cud"], "engine.device is cud; it must be cpu, torch-cpu, cuda, or cuda:N"),
    (
      ["run", "demo", "--device", "cuda", "--backend", "native"], "set engine.backend to auto, or engine.device to cpu"
    ),
    (["run", "dmeo"], "did you mean demo?"), (["run", "demo", "--set", "mask.kind=randm"], "did you mean random?"),
    (["run", "demo", "--set", "mask.maskd=3"], "did you mean masked?"), (["completions", "zhs"], "did you mean zsh?"),
  ])
  func misspeltWordsGetASuggestion(arguments: [String], sentence: String) throws {
    let result = try Program.run(arguments)
    #expect(result.status != 0 && result.errors.contains(sentence), "\(arguments): \(result.errors)")
  }

  @Test func completionScriptsAreThoseOfTheShells() throws {
    let bash = try Program.run(["completions", "bash"]).output
    #expect(bash.contains("complete -o filenames -o default -F _mvp_words mvp"))
    #expect(try Program.run(["--generate-completion-script", "bash"]).output == bash)
    #expect(try Program.run(["completions", "zsh"]).output.contains("compadd -S ''"))
    #expect(try Program.run(["completions", "fish"]).output.contains("complete -c"))
  }

  @Test func missingSessionNamesThoseThatExist() throws {
    let result = try Program.run(["run", "demoo", "--headless"])
    #expect(result.status == 1)
    #expect(result.errors.contains("demo"))
  }

  @Test func doctorNamesTheKernels() throws {
    let result = try Program.run(["doctor"])
    #expect(result.status == 0)
    #expect(result.output.contains("OpenBLAS"))
  }

  /// A killed run goes on from its newest checkpoint with the losses that it would have had.
  @Test func resumedRunRepeatsTheStraightOne() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("mvp-program-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let teacher = folder.appendingPathComponent("teacher.safetensors").path
    let taught = try Program.run(["teach", "clip", "--steps", "2", "--output", teacher])
    #expect(taught.status == 0, "\(taught.errors)")
    let session = folder.appendingPathComponent("small.yaml")
    try """
    student: {image_size: 64, patch_size: 8, width: 32, depth: 1, heads: 2, drop_path: 0.1}
    guidance: {clip: \(teacher)}
    schedule: {steps: 100, batch_size: 4}
    evals: {at_end: []}
    """.write(to: session, atomically: true, encoding: .utf8)
    let common = ["--headless", "--json", "--seed", "3", "--sessions"]
    let straight = try Program.run(["run", session.path, "--steps", "8"] + common + [folder.path + "/a"])
    #expect(straight.status == 0, "\(straight.errors)")
    let first = try Program.run(["run", session.path, "--steps", "4"] + common + [folder.path + "/b"])
    #expect(first.status == 0, "\(first.errors)")
    let second = try Program.run(
      ["run", session.path, "--resume", "--steps", "4", "--headless", "--json", "--sessions", folder.path + "/b"])
    #expect(second.status == 0, "\(second.errors)")
    let expected = try losses(straight.output)
    #expect(expected.count == 8)
    #expect(try losses(first.output) + losses(second.output) == expected)
  }

  /// Characters of two columns take two: the column after them starts in the same place in every line.
  @Test func runsAreListedInColumns() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("mvp-program-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    for name in ["絵画の練習", "plain"] {
      let session = folder.appendingPathComponent("\(name).yaml")
      try """
      student: {image_size: 64, patch_size: 8, width: 32, depth: 1, heads: 2}
      schedule: {steps: 100, batch_size: 4}
      evals: {at_end: []}
      """.write(to: session, atomically: true, encoding: .utf8)
      let made = try Program.run(
        ["run", session.path, "--headless", "--steps", "1", "--sessions", folder.path + "/s"])
      #expect(made.status == 0, "\(made.errors)")
    }
    let lines = try Program.run(["runs", "--sessions", folder.path + "/s"]).output.split(separator: "\n")
    let places = try lines.dropFirst().map { line in
      let state = try #require(line.range(of: "stopped"))
      return displayWidth(String(line[..<state.lowerBound]))
    }
    #expect(places.count == 2 && places.first == places.last, "\(lines)")
  }

  /// `mvp data` says what a place holds, in words and as JSON; `mvp init` writes a session from a list.
  @Test func dataIsLookedAtBeforeTraining() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("mvp-program-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    let png = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    var lines = ["path,label"]
    for number in 0..<10 {
      let name = "\(number).png"
      try ((Data(base64Encoded: png) ?? Data()) + Data("\(number / 2)".utf8)).write(
        to: folder.appendingPathComponent(name))
      lines.append("\(name),\(number < 5 ? "cat" : "dog")")
    }
    let list = folder.appendingPathComponent("list.csv").path
    try lines.joined(separator: "\n").write(toFile: list, atomically: true, encoding: .utf8)
    let result = try Program.run(["data", list, "--json"])
    #expect(result.status == 0, "\(result.errors)")
    let object = try #require(try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any])
    #expect(object["pictures"] as? Int == 10 && (object["classes"] as? [Any])?.count == 2)
    #expect((object["splits"] as? [Any])?.count == 2 && (object["left_out"] as? [Any])?.isEmpty == true)
    let text = try Program.run(["data", list]).output
    for words in [
      "2 classes (cat, dog), 8 training, 2 test pictures, 0 left out", "5 with the same bytes as another",
      "8.png = 9.png",
      "2 test pictures have the same bytes as a training picture", "balance    cat 5",
    ] {
      #expect(text.contains(words), "\(words): \(text)")
    }
    #expect(!text.contains("crops"), "pictures are drawn on terminals alone")
    let missing = try Program.run(["data", folder.path + "/none"])
    #expect(missing.status == 1 && missing.errors.contains("there is no folder"))
    let file = folder.appendingPathComponent("list.yaml").path
    let made = try Program.run(["init", list, "--output", file, "--minutes", "0.1", "--image-size", "32"])
    #expect(made.status == 0 && made.output.contains("2 classes by their labels (cat 5, dog 5)"), "\(made.errors)")
    #expect(try Program.run(["check", file, "--estimate"]).status == 0)
  }

  /// A folder of pictures becomes a session that is checked, and that is overwritten by --force alone.
  @Test func aFolderBecomesASession() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("mvp-program-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    let png = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
    for (name, count) in [("cat", 6), ("dog", 5)] {
      let place = folder.appendingPathComponent("photos/\(name)")
      try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
      for number in 0..<count {
        try (Data(base64Encoded: png) ?? Data()).write(to: place.appendingPathComponent("\(number).png"))
      }
    }
    let (photos, file) = (
      folder.appendingPathComponent("photos").path, folder.appendingPathComponent("photos.yaml").path
    )
    let arguments = ["init", photos, "--output", file, "--minutes", "0.1", "--image-size", "32"]
    let first = try Program.run(arguments)
    #expect(first.status == 0 && first.output.contains("2 classes by their folders (cat 6, dog 5)"), "\(first.errors)")
    let text = try String(contentsOfFile: file, encoding: .utf8)
    let again = try Program.run(arguments)
    #expect(again.status == 1 && again.errors.contains("is there already") && again.errors.contains("--force"))
    #expect(try String(contentsOfFile: file, encoding: .utf8) == text)
    #expect(try Program.run(arguments + ["--force"]).status == 0)

    let check = try Program.run(["check", file, "--json"])
    #expect(check.status == 0, "\(check.errors)")
    let object = try #require(try JSONSerialization.jsonObject(with: Data(check.output.utf8)) as? [String: Any])
    #expect(object["pictures"] as? Int == 11 && object["ready"] as? Bool == true)
    let untrained = try Program.run([
      "eval", file, "--untrained", "--kind", "knn", "--k", "3", "--sessions", folder.path + "/s",
    ])
    #expect(untrained.status == 0 && untrained.output.contains("untrained student of seed 0"), "\(untrained.errors)")
  }

  @Test func aCheckOfWhatIsMissingHasAStatusOfItsOwn() throws {
    let check = try Program.run(["check", "mvp-b16-imagenet", "--brief"])
    #expect(check.status == 66, "\(check.errors)")
    #expect(check.output.contains("missing   the training pictures for data.path"), "\(check.output)")
    #expect(check.output.contains("rate      up to 1.5e-3: learning_rate 1.5e-3 x batch 2048 / reference_batch 2048"))
    #expect(check.output.contains("estimated from"))
  }

  /// The losses as printed, to the last digit.
  private func losses(_ output: String) throws -> [String] {
    try output.split(separator: "\n").filter { $0.contains("\"event\":\"step\"") }.map { line in
      let match = try #require(line.firstMatch(of: /"loss":(-?[0-9.e-]+)/))
      return String(match.1)
    }
  }
}

struct Program {
  var status: Int32
  var output: String
  var errors: String

  /// The program stands beside the tests.
  static func run(_ arguments: [String]) throws -> Program {
    let process = Process()
    process.executableURL = Bundle(for: Marker.self).bundleURL.appendingPathComponent("mvp")
    process.arguments = arguments
    let files = (0..<2).map { _ in
      FileManager.default.temporaryDirectory.appendingPathComponent("mvp-\(UUID().uuidString)")
    }
    for file in files { try Data().write(to: file) }
    defer { for file in files { try? FileManager.default.removeItem(at: file) } }
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = try FileHandle(forWritingTo: files[0])
    process.standardError = try FileHandle(forWritingTo: files[1])
    try process.run()
    process.waitUntilExit()
    return Program(
      status: process.terminationStatus, output: try String(contentsOf: files[0], encoding: .utf8),
      errors: try String(contentsOf: files[1], encoding: .utf8))
  }
}

private final class Marker {}
