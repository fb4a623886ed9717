import Foundation
import RunEvents
import Testing

@Suite struct RunFilterTests {
  private static func run(
    _ name: String, state: RunStanding = .finished, guidance: String = "clip", step: Int = 100, loss: Double? = -0.9,
    knn: Double? = nil, seed: UInt64 = 7, tags: [String] = [], note: String = "", values: [String: String]? = nil
  ) -> RunListing {
    RunListing(
      name: name, state: state, guidance: guidance, step: step, totalSteps: 200, loss: loss,
      evals: knn.map { ["knn": $0] } ?? [:], seed: seed, created: Date(timeIntervalSince1970: 0),
      updated: Date(timeIntervalSince1970: 0), tags: tags, note: note, values: values)
  }

  private static let runs = [
    run(
      "brisk-otter", state: .running, knn: 0.714,
      values: ["mask.masked": "26", "engine.dtype": "bf16", "health.bell": "true"]),
    run(
      "calm-fox", loss: -0.8, knn: 0.5, seed: 70, tags: ["baseline", "clip"], note: "the one to beat",
      values: ["mask.masked": "0.4", "engine.dtype": "fp32"]),
    run("odd-heron", state: .failed, guidance: "dino", step: 3, loss: .nan, values: ["mask.masked": "50%"]),
    run("untrained-0", state: .untrained, guidance: "-", step: 0, loss: nil, knn: 0.093, values: [:]),
  ]

  private func names(_ text: String) -> [String] {
    RunFilter(text, kinds: kinds).passing(Self.runs).map(\.name)
  }

  private let kinds = ["knn", "linear"]

  private static let all = runs.map(\.name)

  @Test func words() {
    #expect(names("") == Self.all && names("   ") == Self.all && names("-") == Self.all && names("\"") == Self.all)
    #expect(names("OTTER") == ["brisk-otter"] && names("fox beat") == ["calm-fox"] && names("fox dino").isEmpty)
    #expect(names("base") == ["calm-fox"] && names("\"one to\"") == ["calm-fox"])
    #expect(names("-clip") == ["odd-heron", "untrained-0"] && names("clip -otter") == ["calm-fox"])
    #expect(names("*-fox") == ["calm-fox"] && names("*otter*") == ["brisk-otter"] && names("ot*") == [])
  }

  @Test func texts() {
    #expect(names("state:fin") == ["calm-fox"] && names("state=fin").isEmpty && names("state=Finished") == ["calm-fox"])
    #expect(names("state!=finished").count == 3 && names("-state=finished").count == 3)
    #expect(names("name=*o*er*") == ["brisk-otter", "odd-heron"] && names("name:*") == Self.all)
    #expect(names("tag:base") == ["calm-fox"] && names("tag=base").isEmpty && names("tag=clip") == ["calm-fox"])
    #expect(names("tag!=clip").count == 3 && names("tag=").count == 3 && names("tag!=") == ["calm-fox"])
    #expect(names("note:\"to beat\"") == ["calm-fox"] && names("note=").count == 3)
    #expect(names("guidance=dino") == ["odd-heron"] && names("GUIDANCE=dino") == ["odd-heron"])
  }

  @Test func numbers() {
    #expect(names("seed:7").count == 3 && names("seed=70") == ["calm-fox"] && names("seed>=70") == ["calm-fox"])
    #expect(names("loss<-0.85") == ["brisk-otter"] && names("loss<=-0.8").count == 2 && names("loss>-1").count == 2)
    #expect(names("loss=nan") == ["odd-heron"] && names("loss!=nan").count == 3)
    #expect(names("-loss<0") == ["odd-heron", "untrained-0"])
    #expect(names("step>3 step<=100") == ["brisk-otter", "calm-fox"] && names("step=3e0") == ["odd-heron"])
    #expect(
      names("knn>0.5") == ["brisk-otter"] && names("knn>=50%").count == 2 && names("score<10%") == ["untrained-0"])
    #expect(names("linear>0").isEmpty, "nobody has been judged by it, though it is no unknown key")
  }

  @Test func scoresOnNamedSets() {
    var judged = Self.run("brisk-otter", knn: 0.4)
    judged.evals["knn/stamps"] = 0.7
    let runs = [judged, Self.run("calm-fox", knn: 0.8)]
    #expect(RunFilter("knn/stamps>0.5", kinds: kinds).passing(runs).map(\.name) == ["brisk-otter"])
    #expect(RunFilter("knn>0.5", kinds: kinds).passing(runs).map(\.name) == ["calm-fox"])
    #expect(RunFilter("knn/stamps>70%", kinds: kinds).passing(runs).isEmpty)
  }

  @Test func valuesOfTheConfiguration() {
    #expect(names("mask.masked>0.4") == ["brisk-otter", "odd-heron"] && names("mask.masked=0.5") == ["odd-heron"])
    #expect(names("engine.dtype=bf16") == ["brisk-otter"] && names("engine.dtype:p3") == ["calm-fox"])
    #expect(names("engine.dtype!=bf16").count == 3 && names("engine.dtype=*16") == ["brisk-otter"])
    #expect(names("health.bell=true") == ["brisk-otter"] && names("engine.dtype>1").isEmpty)
    #expect(
      RunFilter("seed=1 mask.masked>1 mask.masked<9 knn>0 x.y:z word", kinds: kinds).configurationKeys == [
        "mask.masked", "x.y",
      ])
  }

  /// A term that is half typed, or of which nobody knows what it means, hides nothing.
  @Test func whatMeansNothingHidesNothing() {
    for text in ["loss<", "state=", "mask.masked>", "nosuch=4", "loss<abc", "state<3", ":x", "=", "<3", "!="] {
      #expect(names(text) == Self.all || text.first?.isLetter != true, "\(text)")
    }
    #expect(names("nosuch=4 otter") == ["brisk-otter"])
  }

  @Test func problemsAreSaidInASentence() throws {
    func problem(_ text: String, _ read: [String] = []) -> String? {
      RunFilter(text, kinds: kinds).problem(among: Self.runs, readKeys: read)
    }
    #expect(problem("otter loss<0 mask.masked>0 tag=x linear>0", ["mask.masked"]) == nil)
    #expect(problem("nosuch=4") == nil, "nobody has looked for it yet")
    #expect(try #require(problem("nosuch=4", ["nosuch"])).contains("no run has a \"nosuch\""))
    #expect(try #require(problem("loss<abc")).contains("\"abc\" is no number"))
    #expect(try #require(problem("state<3")).contains("without an order"))
    #expect(problem("loss<") == nil && problem("state<") == nil)
    #expect(RunFilter("nosuch=4").problem(among: [], readKeys: ["nosuch"]) == nil)
  }

  @Test func nothingThatIsTypedIsTooMuch() {
    let pieces = ["*", "**", "\"", "-", "=", "!=", "<=", "\u{1B}", "猫", "loss", ":", " ", "a.b", "1e999", "%", "nan"]
    for first in pieces { for second in pieces { for third in pieces { _ = names(first + second + third) } } }
    #expect(names("name=" + String(repeating: "*a", count: 90)) == [])
  }
}
