import Foundation
import RunEvents
import Sessions
import Testing
import TrainingBackend

/// Labelled pictures are looked at before the first step.
@Suite final class EvaluationDataTests {
  private let small: SmallRun

  init() throws { small = try SmallRun() }

  /// One pixel, and as many bytes behind it as make it another file.
  private static let png = Data(
    base64Encoded: "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")
  private var written = 0

  private func fill(_ folders: [String: Int]) throws {
    for (folder, count) in folders.sorted(by: { $0.key < $1.key }) {
      let place = small.folder.appendingPathComponent(folder)
      try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
      for number in 0..<count {
        written += 1
        try ((Self.png ?? Data()) + Data("\(written + 100_000)".utf8)).write(
          to: place.appendingPathComponent("\(number).png"))
      }
    }
  }

  private func overrides(_ train: String, _ test: String, _ more: String...) -> [String] {
    [
      "evals.data.kind=folder", "evals.data.train_path=\(small.folder.path)/\(train)",
      "evals.data.test_path=\(small.folder.path)/\(test)", "evals.at_end=[knn]", "evals.knn.k=3",
    ] + more
  }

  /// The run ends before its first step, and no run is begun.
  private func refusal(_ overrides: [String]) throws -> String {
    let events = try small.run(steps: 2, overrides: overrides)
    #expect(events.losses.isEmpty && events.summary?.outcome == .failed)
    #expect(try small.store.runs().isEmpty)
    return events.summary?.reason ?? ""
  }

  /// Pictures that break while a run trains leave its end without a score: all steps are made and kept, and the status
  /// says what is missing.
  @Test func aFinalEvaluationThatFailsHasAStatusOfItsOwn() throws {
    try fill(["a/cat": 4, "a/dog": 4, "b/cat": 2, "b/dog": 2])
    let broken = small.folder.appendingPathComponent("b")
    let events = try small.run(steps: 40, overrides: overrides("a", "b", "evals.at_end=[knn, centroid]")) { event in
      if case .step(let metrics) = event, metrics.step == 2 {
        for name in ["cat/0", "cat/1", "dog/0"] {
          try? Data("no picture".utf8).write(to: broken.appendingPathComponent("\(name).png"))
        }
      }
      return []
    }
    let summary = try #require(events.summary)
    #expect(events.failures.map(\.kind) == ["knn", "centroid"] && events.results.isEmpty)
    #expect(summary.outcome == .finished && summary.step == 40 && summary.checkpoint != nil)
    #expect(summary.status == ExitStatus.evaluation.rawValue && summary.exitStatus == 77)
    #expect(summary.reason?.hasPrefix("no score at the end from knn, centroid: 3 of the 4 pictures") == true)
    #expect(try small.store.runs()[0].state == .finished)
  }

  /// Every fifth picture of each class is scored, and what is trained on may be the same folder.
  @Test func aRunIsJudgedOnOneFolder() throws {
    try fill(["all/cat": 10, "all/dog": 5])
    let path = "\(small.folder.path)/all"
    let events = try small.run(
      steps: 40,
      overrides: [
        "data.kind=folder", "data.path=\(path)", "evals.data.kind=folder", "evals.data.path=\(path)",
        "evals.at_end=[knn]",
        "evals.knn.k=3",
      ])
    let data = try #require(events.results.first?.data)
    #expect((data.classes, data.train, data.test) == (2, 12, 3))
    #expect(data.notes.contains { $0.contains("lie in the folder that is trained on") })
    #expect(data.split.contains("every fifth picture"))
  }

  /// What a person asked for, or cancelled, changes no status.
  @Test func onlyTheEndsOwnEvaluationsHaveAStatus() throws {
    try fill(["a/cat": 4, "a/dog": 4, "b/cat": 2, "b/dog": 2])
    let events = try small.run(steps: 40, overrides: overrides("a", "b")) { event in
      switch event {
      case .step(let metrics) where metrics.step == 2:
        return [.evaluate(EvalRequest(kind: "zeroshot", options: ["names": "a"]))]
      case .evalProgress(let progress) where progress.phase == "queued": return [.cancelEval(id: progress.id)]
      default: return []
      }
    }
    #expect(events.failures.map(\.kind) == ["zeroshot", "knn"] && events.failures[1].reason == EvalFailure.cancelled)
    #expect(events.summary?.outcome == .finished && events.summary?.exitStatus == 0 && events.summary?.reason == nil)
  }

  @Test func aRunSaysWhatItIsJudgedOn() throws {
    try fill(["a/cat": 4, "a/dog": 4, "a/cow": 1, "b/cat": 2, "b/dog": 2])
    let events = try small.run(steps: 40, overrides: overrides("a", "b"))
    let data = try #require(events.results.first?.data)
    #expect(data.classes == 3 && data.classNames == ["cat", "cow", "dog"] && data.train == 9 && data.test == 4)
    #expect(data.split == "by the two folders that were named" && data.skipped == 0)
    #expect(data.notes == ["1 of 3 classes has no picture to score on (cow)"])
    let said = events.compactMap { if case .message(let message) = $0 { message } else { nil } }
    #expect(
      said.contains {
        $0.level == .warning
          && $0.text.hasPrefix(
            "evaluations on 3 classes (cat, cow, dog), 9 training, 4 test pictures, 0 left out; split by the two folders"
          )
      })
    guard case .started(let run)? = events.first(where: { if case .started = $0 { true } else { false } }) else {
      return
    }
    #expect(run.evalData?.test == 4)
    #expect(
      run.evals == ["knn", "linear", "centroid", "depth", "health", "zeroshot", "finetune"]
        && run.evaluations?.map(\.kind) == run.evals)
    let line = try RunEventCoder.line(.evalResult(try #require(events.results.first)))
    #expect(line.contains("\"class_names\":[\"cat\",\"cow\",\"dog\"]") && line.contains("\"skipped\":0"))
    #expect(try RunEventCoder.event(line: line) == .evalResult(try #require(events.results.first)))
  }

  /// A list in the order of the names is the same data as the folder: the same losses, straight and resumed.
  @Test func aRunOfAListIsThatOfTheFolder() throws {
    try fill(["all/cat": 10, "all/dog": 5])
    let rows = ["cat", "dog"].flatMap { name in
      (0..<(name == "cat" ? 10 : 5)).map { ("all/\(name)/\($0).png", name) }
    }.map { "\($0.0),\($0.1)" }
    let list = small.folder.appendingPathComponent("list.csv")
    try (["path,label"] + rows).joined(separator: "\n").write(to: list, atomically: true, encoding: .utf8)
    func overrides(_ path: String) -> [String] {
      [
        "data.kind=folder", "data.path=\(small.folder.path)/\(path)", "evals.data.kind=folder",
        "evals.data.path=\(small.folder.path)/\(path)", "evals.at_end=[knn]", "evals.knn.k=3",
      ]
    }
    let loose = try small.run(steps: 4, overrides: overrides("all"))
    let straight = try small.run(steps: 4, overrides: overrides("list.csv"))
    #expect(straight.losses == loose.losses && straight.losses.count == 4)
    let whole = try small.run(steps: 40, overrides: overrides("list.csv"))
    let half = try small.run(steps: 20, overrides: overrides("list.csv"))
    let rest = try small.run(resume: true, overrides: overrides("list.csv"))
    #expect(half.losses + rest.losses == whole.losses)
    let data = try #require(rest.results.first?.data)
    #expect((data.classes, data.train, data.test, data.leftOut) == (2, 12, 3, 0))
  }

  /// What is scored on is also trained on, by another name and in another folder.
  @Test func copiesAmongTheTrainingPicturesAreSaid() throws {
    try fill(["all/cat": 10, "all/dog": 5, "unlabelled": 3])
    try FileManager.default.copyItem(
      atPath: small.folder.path + "/all/cat/4.png", toPath: small.folder.path + "/unlabelled/x.png")
    let events = try small.run(
      steps: 1,
      overrides: [
        "data.kind=folder", "data.path=\(small.folder.path)/unlabelled", "evals.data.kind=folder",
        "evals.data.path=\(small.folder.path)/all", "evals.at_end=[knn]", "evals.knn.k=3",
      ])
    let said = events.compactMap { if case .message(let message) = $0 { message.text } else { nil } }
    #expect(
      said.contains {
        $0.contains(
          "1 of 3 pictures to score on has the same content as one that is trained on without its label (cat/4.png)")
      }, "\(said)")
  }

  @Test func whatIsScoredIsNotLearnedFrom() throws {
    try fill(["a/cat": 4, "a/dog": 4, "b/cat": 2, "b/dog": 2])
    #expect(try refusal(overrides("a", "a")).contains("are the same folder"))
    #expect(symlink("a", small.folder.path + "/c") == 0)
    #expect(try refusal(overrides("a", "c")).contains("are the same folder"))
    #expect(try refusal(overrides("./a/../a", "c/")).contains("are the same folder"))
    try fill(["a/in/cat": 1])
    #expect(try refusal(overrides("a", "a/in")).contains("lie one in the other"))
    try FileManager.default.removeItem(at: small.folder.appendingPathComponent("a/in"))
    #expect(link(small.folder.path + "/a/cat/0.png", small.folder.path + "/b/cat/same.png") == 0)
    #expect(try refusal(overrides("a", "b")).contains("1 of the 5 pictures of"))
    unlink(small.folder.path + "/b/cat/same.png")
    try FileManager.default.copyItem(
      atPath: small.folder.path + "/a/cat/0.png", toPath: small.folder.path + "/b/cat/copy.png")
    let events = try small.run(steps: 40, overrides: overrides("a", "b"))
    #expect(
      events.results.first?.data?.notes
        == ["1 of 5 pictures to score on has the same content as one to learn from (cat/copy.png)"])
    try FileManager.default.copyItem(atPath: small.folder.path + "/a", toPath: small.folder.path + "/d")
    let session = try small.session(overrides("a", "d"))
    let evaluation = ModelEvaluation(subject: .untrained, session: session, requests: [EvalRequest(kind: "knn")])
    #expect(throws: (any Error).self) { try evaluation.run { _ in } }
  }

  @Test(
    arguments: [
      (["a/cat": 4, "b/cat": 2], "one class"), (["a": 4, "b": 2], "no class directories"),
      (["a/cat": 4, "a/dog": 4, "b/cat": 2, "b/cow": 2], "a class directory cow that the training pictures lack"),
      (["a/cat": 4, "a/dog": 4, "b": 0], "has no pictures"), (["a/cat": 1, "a/dog": 1, "b/cat": 1], "3 neighbours"),
      (
        ["a/train/cat": 4, "a/train/dog": 4, "a/val/cat": 1, "a/val/dog": 1, "b/cat": 1, "b/dog": 1],
        "parts of a data set"
      ),
    ] as [([String: Int], String)])
  func tooLittleIsToldBeforeTheFirstStep(folders: [String: Int], words: String) throws {
    try fill(folders)
    let reason = try refusal(overrides("a", "b"))
    #expect(reason.contains(words) && reason.hasSuffix("."), "\(reason)")
  }

  /// Five of six test pictures are empty files: no score on the sixth.
  @Test func emptyFilesAreSeenAtOnce() throws {
    try fill(["a/cat": 4, "a/dog": 4, "b/cat": 1, "b/dog": 0])
    for number in 1..<6 { try Data().write(to: small.folder.appendingPathComponent("b/dog/\(number).png")) }
    #expect(try refusal(overrides("a", "b")).contains("5 of the 6 pictures of"))
  }
}
