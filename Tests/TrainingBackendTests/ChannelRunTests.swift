import Datasets
import Foundation
import Models
import Recipe
import RunEvents
import Sessions
import Tensors
import Testing
import TrainingBackend

/// Whole runs on pictures of one channel and of four, from files to checkpoints and scores.
@Suite struct ChannelRunTests {
  /// Pictures of so many channels in two class directories, each channel of another pattern.
  private func pictures(_ channels: Int, in folder: URL) throws -> URL {
    let place = folder.appendingPathComponent("bands-\(channels)")
    for index in 0..<12 {
      let directory = place.appendingPathComponent(index % 2 == 0 ? "field" : "wood")
      try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
      let values = (0..<40 * 40 * channels).map { (place: Int) -> UInt8 in
        let (pixel, channel) = (place / channels, place % channels)
        let across = pixel % 40 * (channel + 1)
        let down = pixel / 40 * (index + 1)
        return UInt8((across + down + channel * 60) % 256)
      }
      try TIFFBytes.file(width: 40, height: 40, channels: channels, values: values).write(
        to: directory.appendingPathComponent("\(index).tif"))
    }
    return place
  }

  private func bands(_ small: SmallRun, _ channels: Int, _ more: [String] = []) throws -> [String] {
    let path = try pictures(channels, in: small.folder).path
    return [
      "data.kind=folder", "data.path=\(path)", "data.channels=\(channels)", "evals.data.path=\(path)",
      "evals.at_end=[knn]",
    ] + more
  }

  private func student(_ run: String, step: Int, of small: SmallRun) throws -> LoadedVision {
    let place = small.folder.appendingPathComponent("small/checkpoints/\(run)")
    let name = try FileManager.default.contentsOfDirectory(atPath: place.path).first { Int($0) == step }
    return try loadVision(from: place.appendingPathComponent(try #require(name)), device: CPUDevice())
  }

  @Test func greyScenesGoOnBitForBit() throws {
    let overrides = ["data.channels=1", "evals.at_end=[knn]", "schedule.steps=30"]
    let (whole, parts) = (try SmallRun(), try SmallRun())
    let straight = try whole.run(steps: 30, overrides: overrides, previews: true)
    #expect(straight.losses.count == 30 && straight.losses.allSatisfy(\.isFinite), "\(straight.summary?.reason ?? "")")
    let first = try parts.run(steps: 15, overrides: overrides)
    let second = try parts.run(steps: 30, resume: true, overrides: overrides)
    #expect(first.losses + second.losses == straight.losses)
    #expect(straight.failures.isEmpty && straight.results.map(\.kind) == ["knn"])
    #expect(straight.results.first?.baselines?.teacher != nil, "the teacher is judged on what it sees")
    let preview = try #require(straight.previews.first)
    #expect(preview.name.hasSuffix(", grey") && preview.rgb.count == 64 * 64 * 3)
    #expect(stride(from: 0, to: preview.rgb.count, by: 3).allSatisfy { preview.rgb[$0] == preview.rgb[$0 + 2] })
    #expect(
      straight.messages.contains { $0.contains("saturation") && $0.contains("1 channel") }, "\(straight.messages)")
  }

  @Test func fourChannelsGoOnBitForBit() throws {
    let (whole, parts) = (try SmallRun(), try SmallRun())
    let more = ["guidance.view=[2, 1, 0]", "guidance.start=clip+dino", "schedule.steps=20"]
    let straight = try whole.run(steps: 20, overrides: bands(whole, 4, more), previews: true)
    #expect(straight.losses.count == 20 && straight.losses.allSatisfy(\.isFinite), "\(straight.summary?.reason ?? "")")
    let first = try parts.run(steps: 10, overrides: bands(parts, 4, more))
    let second = try parts.run(steps: 20, resume: true, overrides: bands(parts, 4, more))
    #expect(first.losses + second.losses == straight.losses)
    #expect(straight.failures.isEmpty && straight.results.first?.baselines?.teacher != nil)
    #expect(straight.previews.first?.name.hasSuffix("channels 2, 1, 0 of 4") == true)
    let run = try #require(straight.started)
    #expect(run.guidances.first?.teacher.summary.contains("sees channels 2, 1, 0") == true)
    let student = try student(run.run, step: 20, of: whole)
    #expect(student.model.configuration.channels == 4 && student.normalization == .half(channels: 4))
  }

  @Test func meanAndDeviationAreTheStudents() throws {
    let small = try SmallRun()
    let overrides = try bands(
      small, 4, ["guidance.view=[0, 1, 2]", "data.mean=[0.1, 0.2, 0.3, 0.4]", "data.std=[0.2, 0.2, 0.2, 0.25]"])
    let events = try small.run(steps: 2, overrides: overrides)
    let run = try #require(events.started).run
    let student = try student(run, step: 2, of: small)
    #expect(student.mean == [0.1, 0.2, 0.3, 0.4] && student.standardDeviation == [0.2, 0.2, 0.2, 0.25])
  }

  /// Methods whose targets are computed from the picture, or are the student's own, take any channels.
  @Test(arguments: MethodKind.allCases)
  func methodsTakeOtherChannelsOrSayWhyNot(method: MethodKind) throws {
    for channels in [1, 4] {
      let small = try SmallRun()
      let path = try pictures(channels, in: small.folder).path
      let file = small.folder.appendingPathComponent("bands.yaml")
      try """
      seed: 5
      threads: 1
      data: {path: \(path), channels: \(channels)}
      student: {image_size: 32, patch_size: 8, width: 16, depth: 2, heads: 2}
      objective: {method: \(method.rawValue)}
      schedule: {steps: 3, batch_size: 4, checkpoint_every: 0}
      preview: {count: 2}
      """.write(to: file, atomically: true, encoding: .utf8)
      let events: [RunEvent]
      do {
        events = try small.run(session: try loadSession(file.path, sessionsDirectory: small.folder), previews: true)
      } catch {
        let sentence = "\(error)"
        #expect(sentence.contains("red, green and blue") && sentence.contains("data.channels is \(channels)"))
        continue
      }
      #expect(
        events.losses.count == 3 && events.losses.allSatisfy(\.isFinite), "\(method): \(events.summary?.reason ?? "")")
    }
  }

  @Test func whatDoesNotFitIsRefusedInASentence() throws {
    let small = try SmallRun()
    #expect { try small.session(["data.channels=4", "data.path=x", "data.kind=folder"]) } throws: {
      "\($0)".contains("guidance.view: [0, 1, 2]")
    }
    let wrong = try small.run(steps: 2, overrides: bands(small, 4, ["data.channels=5", "guidance.view=[0, 1, 2]"]))
    #expect(wrong.losses.isEmpty)
    #expect(wrong.summary?.reason?.contains("it has 4 channels where data.channels asks for 5") == true)
  }

  @Test func aStudentOfColoursBeginsOneOfOthers() throws {
    let small = try SmallRun()
    let still = ["optimizer.learning_rate=1e-12", "optimizer.min_learning_rate=0", "optimizer.warmup_learning_rate=0"]
    let parent = try #require(small.run(steps: 2, overrides: still).started).run
    for (channels, words) in [
      (1, "summed over red, green and blue"), (4, "repeated over 4 channels and scaled by 3/4"),
    ] {
      let overrides = try bands(small, channels, still + ["student.weights=run:small/\(parent)"])
      let events = try small.run(
        steps: 1, overrides: overrides + (channels == 4 ? ["guidance.view=[0, 1, 2]"] : []))
      #expect(events.losses.count == 1, "\(events.summary?.reason ?? "")")
      #expect(events.messages.contains { $0.contains(words) }, "\(events.messages)")
    }
  }

  @Test func aModelOfColoursIsTunedOnOthers() throws {
    let small = try SmallRun()
    let parent = try #require(small.run(steps: 2).started).run
    let path = try pictures(4, in: small.folder).path
    let file = small.folder.appendingPathComponent("tune.yaml")
    try """
    task: finetune
    seed: 5
    threads: 1
    finetune: {from: small/\(parent), random_erasing: 0.5, mixup: 0.8, cutmix: 1}
    data: {path: \(path), channels: 4}
    schedule: {steps: 4, batch_size: 4, checkpoint_every: 0}
    optimizer: {warmup_steps: 1}
    """.write(to: file, atomically: true, encoding: .utf8)
    let events = try small.run(session: try loadSession(file.path, sessionsDirectory: small.folder))
    #expect(events.summary?.outcome == .finished, "\(events.summary?.reason ?? "")")
    #expect(events.losses.count == 4 && Set(events.results.map(\.kind)) == ["accuracy"], "\(events.failures)")
    #expect(events.messages.contains { $0.contains("repeated over 4 channels") }, "\(events.messages)")
  }

  @Test func greyPicturesAreSegmented() throws {
    let small = try SmallRun()
    let parent = try #require(small.run(steps: 2, overrides: ["data.channels=1"]).started).run
    let file = small.folder.appendingPathComponent("map.yaml")
    try """
    task: segment
    seed: 5
    threads: 1
    segment: {from: small/\(parent)}
    data: {kind: scenes, range: [200000, 200024], channels: 1}
    schedule: {steps: 4, batch_size: 4, checkpoint_every: 0, eval_every: 0}
    optimizer: {warmup_steps: 1}
    evals: {data: {test_range: [206000, 206006]}}
    preview: {count: 1}
    """.write(to: file, atomically: true, encoding: .utf8)
    let events = try small.run(
      session: try loadSession(file.path, sessionsDirectory: small.folder), previews: true)
    #expect(events.summary?.outcome == .finished, "\(events.summary?.reason ?? "")")
    #expect(events.losses.count == 4 && events.results.map(\.kind) == ["segment"])
    #expect(events.previews.first?.name.hasSuffix(", grey") == true && events.messages.contains { $0.contains("hue") })
  }

  @Test func aFolderIsSurveyedAndASessionWritten() throws {
    let small = try SmallRun()
    for channels in [1, 5] {
      let place = try pictures(channels, in: small.folder)
      let report = try DataReport(place)
      #expect(report.usualChannels == channels && report.mean.count == channels && report.brokenCount == 0)
      #expect(report.channels == [channels == 1 ? "grey" : "5 channels": 12])
      #expect(report.crops(of: 2, each: 1, size: 8).allSatisfy { $0.allSatisfy { $0.channels == channels } })
      let draft = SessionDraft(name: "bands", survey: try FolderSurvey(place), teacher: nil)
      let text = draft.text(relativeTo: nil)
      let session = try SessionFile(yaml: text, file: "bands.yaml")
      #expect(session.data.channels == channels && session.guidance.view == (channels == 5 ? [0, 1, 2] : nil))
      #expect(draft.survey.broken == 0)
      #expect(draft.found.contains(channels == 1 ? "they are grey" : "most have 5 channels"), "\(draft.found)")
    }
  }
}

extension [RunEvent] {
  fileprivate var started: RunDescription? {
    lazy.compactMap { if case .started(let run) = $0 { run } else { nil } }.first
  }
  fileprivate var messages: [String] { compactMap { if case .message(let message) = $0 { message.text } else { nil } } }
  fileprivate var previews: [MaskPreview] { compactMap { if case .preview(let preview) = $0 { preview } else { nil } } }
}
