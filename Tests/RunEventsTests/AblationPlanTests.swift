import Foundation
import RunEvents
import Testing

@Suite struct AblationPlanTests {
  private func axis(_ words: String) throws -> AblationPlan.Axis { try AblationPlan.Axis(words: words) }

  @Test func theGridHasEveryCombinationOnce() throws {
    let plan = AblationPlan(
      over: [try axis("guidance.start=clip,dino"), try axis("mask.masked=.3,.4,.5")], seeds: [0, 1])
    #expect(plan.cellCount == 6 && plan.cells.count == 6)
    #expect(plan.cells.first == ["clip", ".3"] && plan.cells.last == ["dino", ".5"])
    #expect(Set(plan.cells).count == 6)
    #expect(plan.words(of: 2) == "guidance.start=clip mask.masked=.4")
    #expect(plan.values(of: 6) == ["guidance.start=dino", "mask.masked=.5"])
    #expect(plan.words(of: AblationPlan.trunk) == "trunk" && plan.values(of: 7).isEmpty)
    try plan.check()
  }

  @Test func aCellMaySetSeveralKeys() throws {
    let systems = AblationPlan.Axis(
      key: "system", values: ["mae", "both"],
      settings: [["objective.method=mae"], ["objective.method=mvp", "guidance.start=clip+dino"]])
    let plan = AblationPlan(over: [systems, try axis("mask.masked=.3,.4")], kinds: ["knn", "zeroshot"])
    #expect(plan.words(of: 3) == "system=both mask.masked=.3")
    #expect(plan.values(of: 3) == ["objective.method=mvp", "guidance.start=clip+dino", "mask.masked=.3"])
    #expect(plan.values(of: 2) == ["objective.method=mae", "mask.masked=.4"])
    try plan.check()
    #expect(try JSONDecoder().decode(AblationPlan.self, from: JSONEncoder().encode(plan)) == plan)
  }

  /// What a store of an earlier version has.
  @Test func planWithoutGapsIsRead() throws {
    let text = #"{"over":[{"key":"a","values":["1","2"]}],"seeds":[0],"set":[],"kinds":["knn"]}"#
    let plan = try JSONDecoder().decode(AblationPlan.self, from: Data(text.utf8))
    #expect(plan == AblationPlan(over: [try axis("a=1,2")], seeds: [0], kinds: ["knn"]))
  }

  @Test func kindThatCannotJudgeACellIsNotWaitedFor() throws {
    let plan = AblationPlan(
      over: [try axis("guidance.start=clip,dino")], seeds: [0], kinds: ["knn", "zeroshot"],
      gaps: [AblationPlan.Gap(cell: 2, kind: "zeroshot", reason: "it knows no texts")])
    #expect(plan.kinds(of: 1) == ["knn", "zeroshot"] && plan.kinds(of: 2) == ["knn"])
    let runs = [1, 2].map { AblationRun(cell: $0, seed: 0, run: "a\($0)", state: .finished, scores: ["knn": 0.5]) }
    let table = AblationTable(name: "a", created: Date(timeIntervalSince1970: 0), plan: plan, runs: runs)
    #expect(!table.isDone(runs[0]) && table.isDone(runs[1]))
  }

  @Test func untrainedStudentsAndTeachersAreReferences() throws {
    func run(_ cell: Int, _ seed: UInt64, untrained: Double, teacher: (String, Double)) -> AblationRun {
      AblationRun(
        cell: cell, seed: seed, state: .finished, scores: ["knn": 0.5],
        baselines: [
          "knn": EvalBaselines(
            pictures: 100, chance: 0.1, untrained: untrained,
            teacher: EvalBaselines.Teacher(name: teacher.0, score: teacher.1, isProjected: false))
        ])
    }
    func table(_ untrained: [Double]) throws -> AblationTable {
      AblationTable(
        name: "a", created: Date(timeIntervalSince1970: 0),
        plan: AblationPlan(over: [try axis("guidance.start=clip,dino")], seeds: [0, 1], kinds: ["knn"]),
        runs: [
          run(1, 0, untrained: untrained[0], teacher: ("clip", 0.9)),
          run(2, 0, untrained: untrained[1], teacher: ("dino", 0.4)),
          run(1, 1, untrained: untrained[2], teacher: ("clip", 0.9)),
          run(2, 1, untrained: untrained[3], teacher: ("dino", 0.4)),
        ])
    }
    let same = try table([0.1, 0.1, 0.2, 0.2]).references
    #expect(same.map(\.name) == ["untrained student", "teacher clip", "teacher dino"])
    #expect(same[0].scores == ["knn": [0.1, 0.2]] && same[0].spread("knn")?.count == 2)
    // All seeds have one teacher.
    #expect(same[1].spread("knn")?.mean == 0.9 && same[1].spread("knn")?.deviation == nil)
    #expect(same[1].spread("linear") == nil)
    let other = try table([0.1, 0.3, 0.2, 0.2]).references
    #expect(other.map(\.name).prefix(2) == ["untrained student of cell 1", "untrained student of cell 2"])
  }

  @Test func commasInBracketsBelongToAValue() throws {
    #expect(try axis("optimizer.betas=[0.9, 0.98],[0.9,0.999]").values == ["[0.9, 0.98]", "[0.9,0.999]"])
    #expect(try axis("about=\"a, b\",c").values == ["\"a, b\"", "c"])
    #expect(try axis("a = x, y") == AblationPlan.Axis(key: "a", values: ["x", "y"]))
  }

  @Test(arguments: [
    ("mask.masked", "write it as KEY=VALUE"), ("=1,2", "write it as KEY=VALUE"), ("a=1,,2", "is missing"),
    ("a=", "is missing"), ("a=1,2,1", "the value 1 is there twice"),
  ])
  func whatIsNoAxisIsRefused(words: String, reason: String) {
    let error = #expect(throws: AblationPlan.Problem.self) { try AblationPlan.Axis(words: words) }
    #expect(error?.description.contains(reason) == true && error?.description.contains("--over \(words)") == true)
  }

  @Test func whatIsNoGridIsRefused() throws {
    func problem(_ plan: AblationPlan) -> String {
      do {
        try plan.check()
        return ""
      } catch {
        return "\(error)"
      }
    }
    #expect(problem(AblationPlan(over: [])).contains("nothing to compare"))
    #expect(problem(AblationPlan(over: [try axis("a=1"), try axis("a=2")])).contains("--over a is given twice"))
    #expect(problem(AblationPlan(over: [try axis("seed=1,2")])).contains("--seeds"))
    #expect(problem(AblationPlan(over: [try axis("a.b=1,2")], set: ["a.b=3"])).contains("leave out --set a.b"))
    let long = AblationPlan.Axis(key: "a", values: (0..<400).map(String.init))
    #expect(problem(AblationPlan(over: [long], seeds: [0, 1, 2])).contains("more than 1000 runs"))
    let longer = (0..<30).map { AblationPlan.Axis(key: "a\($0)", values: (0..<10).map(String.init)) }
    #expect(problem(AblationPlan(over: longer)).contains("more than 1000 runs"))
  }

  @Test func seedsAreWholeNumbersEachOnce() throws {
    #expect(try AblationPlan.seeds("0, 1,18446744073709551615") == [0, 1, .max])
    for text in ["", "1,", "-1", "a", "1,1"] {
      #expect(throws: AblationPlan.Problem.self) { try AblationPlan.seeds(text) }
    }
  }
}

@Suite struct AblationTableTests {
  /// Two cells of two seeds, one run of which failed.
  private let table = AblationTable(
    name: "masks", created: Date(timeIntervalSince1970: 5),
    plan: AblationPlan(
      over: [AblationPlan.Axis(key: "mask.masked", values: ["1", "2"])], seeds: [7, 8], kinds: ["knn"]),
    runs: [
      AblationRun(cell: 1, seed: 7, run: "a", state: .finished, scores: ["knn": 0.5], pictures: ["knn": 100]),
      AblationRun(cell: 2, seed: 7, run: "b", state: .finished, scores: ["knn": 0.6], pictures: ["knn": 100]),
      AblationRun(cell: 1, seed: 8, run: "c", state: .finished, scores: ["knn": 0.7], pictures: ["knn": 100]),
      AblationRun(cell: 2, seed: 8, run: "d", state: .failed, failure: "a full disk"),
    ])

  @Test func cellsHoldTheirRunsBySeed() throws {
    let cells = table.cells
    #expect(cells.map(\.values) == [["1"], ["2"]] && cells[1].runs.map(\.run) == ["b", "d"])
    #expect(table.doneCount == 3 && table.isEnded && table.failures.map(\.run) == ["d"])
    // One seed has a score of both.
    let difference = try #require(cells[1].difference("knn", from: cells[0]))
    #expect(difference.pairs == 1 && difference.basis == .pictures && difference.isWithinSpread == true)
  }

  @Test func aRunWithoutAScoreIsNotDone() {
    var table = table
    table.runs[0].scores = [:]
    #expect(table.doneCount == 2 && !table.isEnded)
    table.runs[0].state = .interrupted
    #expect(!table.isEnded)
  }

  @Test func theJSONHasEveryCell() throws {
    let line = String(decoding: try runJSONEncoder().encode(AblationReport(table, session: "demo")), as: UTF8.self)
    #expect(!line.contains("\n"))
    let object = try #require(JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
    #expect(object["event"] as? String == "ablation" && object["ablation"] as? String == "masks")
    let cells = try #require(object["cells"] as? [[String: Any]])
    #expect(cells.count == 2)
    #expect(cells[1]["values"] as? [String: String] == ["mask.masked": "2"])
    #expect(cells[1]["seeds"] as? [Int] == [7, 8])
    let scores = try #require(cells[1]["scores"] as? [String: [Any]])
    #expect(scores["knn"]?.first as? Double == 0.6 && scores["knn"]?.last is NSNull)
    #expect((cells[0]["mean"] as? [String: Double])?["knn"] == 0.6)
    #expect((cells[1]["deviation"] as? [String: Any])?["knn"] is NSNull)
    #expect((cells[0]["differences"] as? [String: Any])?.isEmpty == true)
    let difference = try #require((cells[1]["differences"] as? [String: [String: Any]])?["knn"])
    #expect(difference["pairs"] as? Int == 1 && difference["within_spread"] as? Bool == true)
    #expect(difference["low"] is Double && difference["high"] is Double)
  }
}
