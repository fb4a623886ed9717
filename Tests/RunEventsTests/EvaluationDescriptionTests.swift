import Foundation
import RunEvents
import Testing

@Suite struct EvaluationDescriptionTests {
  private static let several = OptionDescription(
    name: "k", help: "neighbours", values: .whole(1...100), most: 3, usual: "20", steps: ["5", "20"])
  private static let one = OptionDescription(name: "t", help: "", values: .number(0.002...1000))
  private static let choice = OptionDescription(name: "features", help: "", values: .choice(["cls", "mean"]))

  @Test func valuesAreTheAllowedOnes() {
    #expect(Self.several.values(in: "5,10,100") == ["5", "10", "100"])
    for text in ["", "0", "101", "5,", "5,x", "1,2,3,4", "2.5"] {
      #expect(Self.several.values(in: text) == nil, "\(text)")
    }
    #expect(Self.one.values(in: "1e-2") == ["1e-2"])
    for text in ["nan", "inf", "0.001", "1,2"] { #expect(Self.one.values(in: text) == nil, "\(text)") }
    #expect(Self.choice.values(in: "mean") == ["mean"] && Self.choice.values(in: "all") == nil)
  }

  @Test func remediesSayWhatIsAllowed() {
    #expect(Self.several.remedy == "give a whole number from 1 to 100, or several with commas between them")
    #expect(Self.one.remedy == "give a number from 0.002 to 1000")
    #expect(Self.choice.remedy == "choose cls or mean")
    #expect(alternatives(["a", "b", "c"]) == "a, b or c" && alternatives(["a"]) == "a" && alternatives([]) == "")
  }

  /// Descriptions reach front ends of other processes; a run of a program that had none still reads.
  @Test func descriptionsTravelWithTheRun() throws {
    var run = RunDescription(
      session: "s", run: "r", seed: 1, totalSteps: 2, startStep: 0, batchSize: 1, accumulation: 1, datasetSize: 1,
      dataset: "d", student: ModelDescription(summary: "s", parameters: 1), guidances: [], guidance: "clip",
      grid: [1, 1], maskedPatches: 0, device: "d", evals: ["knn"], previewCount: 0, metrics: [])
    let old = try RunEventCoder.line(.started(run))
    #expect(!old.contains("evaluations"))
    #expect(try RunEventCoder.event(line: old) == .started(run))
    run.evaluations = [
      EvaluationDescription(
        kind: "knn", title: "kNN", shortTitle: "nn", options: [Self.several, Self.one, Self.choice])
    ]
    let line = try RunEventCoder.line(.started(run))
    #expect(try RunEventCoder.event(line: line) == .started(run))
    #expect(line.contains(#""short_title":"nn""#) && line.contains(#""evals":["knn"]"#))
    let turned = line.replacingOccurrences(of: #""greatest":100"#, with: #""greatest":-1"#)
    #expect(throws: DecodingError.self) { try RunEventCoder.event(line: turned) }
  }
}
