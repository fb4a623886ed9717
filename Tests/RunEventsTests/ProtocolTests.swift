import Foundation
import Measures
import RunEvents
import Testing

/// PROTOCOL.md says what the program writes: each event, each command, each field, and no other.
@Suite struct ProtocolTests {
  @Test func everyEventIsSampledWhole() throws {
    let names = try Self.events.map { try #require(try Self.object($0)["event"] as? String) }
    #expect(Set(names) == Set(RunEvent.Kind.allCases.map(\.rawValue)))
    for event in Self.events { #expect(Self.missing(in: event) == [], "give the sample a value") }
  }

  @Test func everyCommandIsSampled() throws {
    let names = try RunCommandCoderTests.samples.map { try #require(try Self.object($0)["command"] as? String) }
    #expect(Set(names) == Set(RunCommand.Kind.allCases.map(\.rawValue)))
  }

  @Test func everyFieldIsDescribedAndNoOther() throws {
    var written = try Self.fields(of: Self.events.map { try Self.object($0) }, named: "event")
    let commands = try Self.fields(of: RunCommandCoderTests.samples.map { try Self.object($0) }, named: "command")
    // `runs`, `scores` and `system` are events and commands: tables of the two parts are read apart.
    let text = try Self.document()
    let parts = text.components(separatedBy: "\n## Commands\n")
    #expect(parts.count == 2)
    try Self.expectSame(Self.rows(of: parts.first ?? ""), written)
    written = commands
    try Self.expectSame(Self.rows(of: parts.last ?? ""), written)
  }

  // MARK: what is described

  private static func document() throws -> String {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    return try String(contentsOf: root.appendingPathComponent("Sources/RunEvents/PROTOCOL.md"), encoding: .utf8)
  }

  /// Fields by the name of the event, command or object; nil: any.
  private static func rows(of text: String) -> [String: Set<String>?] {
    var rows: [String: Set<String>?] = [:]
    for line in text.split(separator: "\n") where line.hasPrefix("| `") {
      let cells = line.split(separator: "|", omittingEmptySubsequences: false).map {
        $0.trimmingCharacters(in: .whitespaces)
      }
      guard cells.count > 3 else { continue }
      rows[quoted(cells[1]).first ?? ""] = .some(cells[2] == "any" ? nil : Set(quoted(cells[2])))
    }
    return rows
  }

  private static func quoted(_ cell: String) -> [String] {
    cell.split(separator: "`", omittingEmptySubsequences: false).enumerated().filter { $0.offset % 2 == 1 }.map {
      String($0.element)
    }
  }

  private static func expectSame(_ rows: [String: Set<String>?], _ written: [String: Set<String>]) throws {
    for (place, fields) in written.sorted(by: { $0.key < $1.key }) {
      guard let row = rows[place] else {
        // What stands below a field of any names is no part of the protocol.
        let isFree = rows.contains { $0.value == nil && place.hasPrefix($0.key + ".") }
        #expect(isFree, "PROTOCOL.md has no row `\(place)`")
        continue
      }
      if let row { #expect(row == fields, "fields of `\(place)`") }
    }
    for place in rows.keys.sorted() { #expect(written[place] != nil, "nothing writes `\(place)`") }
  }

  // MARK: what is written

  /// Names of the fields of every object by its place: `started`, `started.student`.
  private static func fields(of objects: [[String: Any]], named kind: String) throws -> [String: Set<String>] {
    var found: [String: Set<String>] = [:]
    func add(_ object: [String: Any], _ place: String) {
      found[place, default: []].formUnion(object.keys)
      for (key, value) in object {
        for part in value as? [Any] ?? [value] {
          if let part = part as? [String: Any] { add(part, place + "." + key) }
        }
      }
    }
    for object in objects {
      let name = try #require(object[kind] as? String)
      #expect(object["version"] as? Int == 1)
      var rest = object
      rest["version"] = nil
      rest[kind] = nil
      add(rest, name)
    }
    return found
  }

  private static func object(_ event: RunEvent) throws -> [String: Any] { try object(RunEventCoder.line(event)) }

  private static func object(_ command: RunCommand) throws -> [String: Any] {
    try object(RunCommandCoder.line(command))
  }

  private static func object(_ line: String) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
  }

  /// Optional fields that a sample leaves out, by their names in Swift.
  private static func missing(in value: Any) -> [String] {
    Mirror(reflecting: value).children.flatMap { child -> [String] in
      let mirror = Mirror(reflecting: child.value)
      if mirror.displayStyle == .optional, mirror.children.isEmpty { return [child.label ?? "?"] }
      if mirror.displayStyle == .collection, mirror.children.isEmpty { return [child.label ?? "?"] }
      if child.value is Data || child.value is Date { return [] }
      return missing(in: child.value)
    }
  }

  // MARK: samples, with every field

  private static let data = EvalData(
    classes: 2, classNames: ["a", "b"], train: 8, test: 2, split: "every fifth", leftOut: 1, leftOutReasons: ["a.webp"],
    notes: ["few"], skipped: 1, skippedTest: 1, skippedPictures: ["b.png"])
  private static let baselines = EvalBaselines(
    pictures: 2, chance: 0.5, untrained: 0.5, teacher: EvalBaselines.Teacher(name: "clip", score: 1, isProjected: true))
  private static let model = ModelDescription(summary: "ViT", parameters: 12)
  private static let row = RunComparison.Row(name: "seed", left: "0", right: "1")

  private static let metric = Metric(
    key: "loss", name: "loss", unit: "nats", better: .less, isOptional: true,
    phase: Metric.Phase(letter: "L", name: "loss", help: "the loss", color: 1),
    ranks: Metric.Ranks(curves: 1, dashboard: 2, line: 3, comparison: 4))

  private static let preview: MaskPreview = {
    var preview = MaskPreview(
      step: 1, index: 0, name: "a", guidance: "clip", width: 1, height: 1, rgb: Data([1, 2, 3]), gridRows: 1,
      gridColumns: 1, mask: [true], cosine: [0.5], problem: "gone")
    preview.classes = ClassMaps(names: ["ground", "figure"], truth: Data([1]), prediction: Data([0]))
    preview.pictures = [DescribedPicture(title: "rebuilt", brief: "b", help: "h", rgb: Data([1]))]
    preview.signs = PatchSigns(
      what: "edges", names: ["none", "level"], signs: ["·", "─"], plainSigns: [".", "-"], target: Data([1]),
      prediction: Data([0]))
    return preview
  }()

  private static let inspection: PatchInspection = {
    var inspection = PatchInspection(
      step: 1, index: 0, guidance: "clip", gridRows: 1, gridColumns: 1,
      teachers: [.init(name: "clip", components: Data([1]), explained: 0.5, similarity: Data([1]))],
      prediction: Data([1]),
      student: Data([1]), studentExplained: 0.5, studentSimilarity: Data([1]), attention: [0.5], objective: "cosine",
      loss: [0.5],
      maskFrequency: [0.5], maskCount: 1, seconds: 0.1, problem: "gone")
    inspection.studentWhole = true
    return inspection
  }()

  private static let rank = RankSample(
    rank: 0, host: "a", computeSeconds: 1, waitSeconds: 1, steps: 1, load: 1, cores: 1, isStraggler: true)
  private static let gpu = GPUSample(
    index: 0, name: "a", utilisation: 1, memoryBytes: 1, usedBytes: 1, watts: 1, wattsLimit: 1, celsius: 1,
    processes: [GPUProcess(process: 1, bytes: 1)])

  private static let events: [RunEvent] = [
    .started(
      RunDescription(
        session: "demo", run: "brisk-otter", task: "pretrain", seed: 1, totalSteps: 9, startStep: 0, batchSize: 4,
        accumulation: 1,
        datasetSize: 10, dataset: "scenes", student: model,
        guidances: [GuidanceDescription(name: "clip", teacher: model, featureWidth: 8, codes: 8)], guidance: "clip",
        grid: [2, 2], maskedPatches: 1, device: "CPU", evals: ["knn"], previewCount: 1, leftOut: 1,
        leftOutReasons: ["a.webp"], evalData: data, peakRate: 1e-3, metrics: [metric],
        configuration: [
          ConfigurationValue(
            key: "mask.masked", value: "1", edit: LiveEdit(kind: .amount, allowed: "a number", choices: ["1"]))
        ],
        evaluations: [
          EvaluationDescription(
            kind: "knn", title: "kNN", shortTitle: "kNN",
            options: [
              OptionDescription(
                name: "k", help: "neighbours", values: .whole(1...9), most: 4, usual: "5", steps: ["5", "10"]),
              OptionDescription(
                name: "features", help: "what stands for a picture", values: .choice(["cls"]), usual: "cls",
                steps: ["cls"]),
            ], numbers: ["rank"], curve: "block", task: "finetune", earlierKind: "nn")
        ], origin: RunOrigin(run: "b", step: 1), trial: TrialOrigin(run: "b", step: 1, kind: "finetune"),
        mixtures: ["clip+dino"])),
    .state(RunStateChange(state: .paused, step: 1, cause: "a full disk")),
    .step(
      StepMetrics(
        step: 1, totalSteps: 9, epoch: 0.1, guidance: "clip",
        values: Metric.earlier.reduce(into: MetricValues(of: Metric.earlier)) { $0[$1] = 0.5 }, time: 1)),
    .preview(preview),
    .inspection(inspection),
    .attention(
      PatchAttention(
        step: 1, query: AttentionQuery(index: 1, teacher: "clip", patch: 2, block: 3, head: 4), blocks: 6, heads: 4,
        patches: [0.5], cls: 0.5, seconds: 0.1, problem: "gone")),
    .scores(PictureScores(step: 1, guidance: "clip", cosines: [0.5], seconds: 0.1)),
    .system(
      SystemSample(
        step: 1, time: 1, cores: [0.5], processCores: 1, residentBytes: 1, peakBytes: 1, plannedBytes: 1,
        tensorBytes: 1, peakTensorBytes: 1, memoryBytes: 1, availableBytes: 1, diskFreeBytes: 1, diskBytes: 1,
        folder: "a", diskReadRate: 1, diskWriteRate: 1, networkInRate: 1, networkOutRate: 1,
        runs: [
          LiveRunSample(
            session: "demo", run: "a", state: .running, step: 1, totalSteps: 2, process: 3, cores: 1, residentBytes: 1,
            ranks: [rank])
        ], gpus: [gpu], gpusProblem: "a driver", ranks: [rank])),
    .guidance(GuidanceChange(step: 1, from: "clip", to: "dino")),
    .checkpoint(CheckpointRecord(step: 1, path: "a", bytes: 1, seconds: 1)),
    .evalProgress(EvalProgress(id: 1, kind: "knn", step: 1, fraction: 0.5, eta: 1, phase: "features", trial: "b")),
    .evalResult(
      EvalResult(
        id: 1, kind: "knn", step: 1, score: 0.5, details: ["top5": 1], summary: "k=20", seconds: 1, guidance: "clip",
        data: data, baselines: baselines, trial: "b")),
    .evalFailure(EvalFailure(id: 1, kind: "knn", step: 1, reason: "no labels")),
    .setting(SettingChange(step: 1, key: "mask.masked", from: "1", to: "2")),
    .health(HealthNotice(step: 1, condition: .disk, isActive: true, cause: "full", advice: "make room")),
    .features(FeatureSpread(step: 1, pictures: 2, deviation: 0.5, effectiveRank: 1, rankLimit: 2)),
    .runs(
      RunCatalog(
        runs: [
          RunListing(
            name: "a", state: .stopped, guidance: "clip", step: 1, totalSteps: 2, loss: 0.5, evals: ["knn": 0.5],
            baselines: ["knn": baselines], created: Date(timeIntervalSince1970: 1),
            updated: Date(timeIntervalSince1970: 2), tags: ["t"], note: "n",
            reason: "r", values: ["seed": "1"], seconds: 1, rate: 2, origin: RunOrigin(run: "b", step: 1),
            ablation: AblationCell(name: "masks", cell: 1), trial: TrialOrigin(run: "b", step: 1, kind: "finetune"),
            trials: ["finetune": "b"], checkpointBytes: 5)
        ], keys: ["seed"], differing: ["seed"], silent: ["gpu2 does not answer"])),
    .comparison(RunComparison(left: "a", right: "b", settings: [row], results: [row])),
    .ablations(
      AblationList([
        AblationTable(
          name: "masks", created: Date(timeIntervalSince1970: 1),
          plan: AblationPlan(
            over: [AblationPlan.Axis(key: "system", values: ["1"], settings: [["mask.masked=1"]])], seeds: [1], at: 2,
            set: ["threads=1"], kinds: ["knn"], seconds: 3,
            gaps: [AblationPlan.Gap(cell: 1, kind: "zeroshot", reason: "b")]), process: 3,
          runs: [
            AblationRun(
              cell: 1, seed: 1, run: "a", state: .failed, step: 1, totalSteps: 2, loss: 0.5, scores: ["knn": 0.5],
              pictures: ["knn": 2], baselines: ["knn": baselines], failure: "b", losses: [0.5])
          ])
      ])),
    .message(RunMessage(level: .info, step: 1, text: "a")),
    .finished(
      RunSummary(
        outcome: .failed, step: 1, loss: 0.5, seconds: 1, checkpoint: "a", reason: "b", status: .environment,
        verdict: "c")),
  ]
}
